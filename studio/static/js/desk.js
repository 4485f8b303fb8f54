/* The desk by keyboard: j and k move the row at hand, x ticks it, Enter opens it. Everything works without this. */
"use strict";
(() => {
  const table = document.querySelector("[data-rows]");
  if (!table) return;
  const rows = Array.from(table.tBodies[0].rows);
  const keys = document.querySelector("[data-keys]");
  if (keys) keys.hidden = false;
  let at = -1;

  const go = (to) => {
    if (at >= 0) rows[at].classList.remove("at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("at");
    rows[at].querySelector("a").focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(at + 1);
    else if (key === "k") go(at - 1);
    else if (key === "x" && at >= 0) {
      const box = rows[at].querySelector("input[name=chosen]");
      if (box) box.checked = !box.checked;
    } else if (key === "/") {
      const box = document.querySelector("#q, #q-top, #q-phone");
      if (!box) return;
      event.preventDefault();
      box.focus();
    }
  });
})();
