/* Shows how far a table is while it comes, and stops it. Without this the links load the same files. */
"use strict";
(() => {
  const box = document.getElementById("export");
  if (!box || !window.fetch || !window.ReadableStream || !window.AbortController) return;
  const [bar, count, stop] = ["progress", "[data-count]", "button"].map((name) => box.querySelector(name));
  const says = document.querySelector("[data-export-says]");
  const number = new Intl.NumberFormat(document.documentElement.lang);
  let running = null, began = 0;

  const left = (done, all) => {
    const passed = (Date.now() - began) / 1000, seconds = done ? passed * (all - done) / done : 0;
    if (passed < 2 || seconds < 1) return "";
    return " · " + (seconds < 90
      ? box.dataset.seconds.replace("{num}", Math.round(seconds))
      : box.dataset.minutes.replace("{num}", Math.round(seconds / 60)));
  };

  const show = (done, all) => {
    bar.max = Math.max(all, 1);
    bar.value = done;
    count.textContent = box.dataset.rows.replace("{done}", number.format(done)).replace("{all}", number.format(all)) + left(done, all);
  };

  /* Each piece comes behind its length and the rows so far; the last one is empty. */
  const collect = async (response) => {
    const all = Number(response.headers.get("Studio-Rows"));
    const reader = response.body.getReader();
    const parts = [];
    let rest = new Uint8Array(0);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error("cut off");
      const joined = new Uint8Array(rest.length + value.length);
      joined.set(rest);
      joined.set(value, rest.length);
      rest = joined;
      for (;;) {
        if (rest.length < 8) break;
        const head = new DataView(rest.buffer, rest.byteOffset, 8);
        const length = head.getUint32(0);
        if (rest.length < 8 + length) break;
        show(head.getUint32(4), all);
        if (!length) return parts;
        parts.push(rest.slice(8, 8 + length));
        rest = rest.subarray(8 + length);
      }
    }
  };

  const save = (parts, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  const load = async (link) => {
    running = new AbortController();
    began = Date.now();
    box.hidden = false;
    says.textContent = "";
    show(0, 0);
    count.textContent = "";
    try {
      const address = link.href + (link.search ? "&" : "?") + "framed=1";
      const response = await fetch(address, { credentials: "same-origin", redirect: "error", signal: running.signal });
      if (!response.ok) throw new Error(response.statusText);
      save(await collect(response), link.download);
      says.textContent = box.dataset.done;
    } catch (problem) {
      says.textContent = problem.name === "AbortError" ? box.dataset.stopped : box.dataset.broken;
    }
    box.hidden = true;
    running = null;
    link.focus();
  };

  stop.addEventListener("click", () => running && running.abort());
  document.querySelectorAll("[data-export]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (!running) load(link);
    });
  });
})();
