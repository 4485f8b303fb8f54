/* Files on their way: a bar with per cent and time left, and a way to stop. Without this file a form is sent as ever.

   window.studioSend(address, body, box) answers like fetch; the form of a page does it by itself if it has data-upload. */
"use strict";
(() => {
  const SMALLEST = 100000;  // bytes; what is smaller is there before anybody could read a bar
  if (!window.XMLHttpRequest || !window.FormData || !window.Promise) return;

  const weight = (body) => {
    let sum = 0;
    body.forEach((value) => { if (value instanceof Blob) sum += value.size; });
    return sum;
  };

  const left = (box, seconds) => seconds < 90
    ? box.dataset.seconds.replace("{num}", Math.max(1, Math.round(seconds)))
    : box.dataset.minutes.replace("{num}", Math.round(seconds / 60));

  const show = (box, event, began) => {
    const [bar, percent, time] = ["progress", "[data-percent]", "[data-left]"].map((name) => box.querySelector(name));
    const done = Math.floor(event.loaded * 100 / event.total), passed = (Date.now() - began) / 1000;
    bar.value = done;
    percent.textContent = done + " %";
    if (event.loaded === event.total) { bar.removeAttribute("value"); percent.textContent = ""; time.textContent = box.dataset.waiting; }
    else time.textContent = passed < 1 ? "" : left(box, passed * (event.total - event.loaded) / event.loaded);
  };

  const say = (box, words) => {
    const says = box.parentNode.querySelector("[data-sending-says]");
    if (says) says.textContent = words;
  };

  const named = (name) => { const error = new Error(name); error.name = name; return error; };

  window.studioSend = (address, body, box) => new Promise((done, failed) => {
    const request = new XMLHttpRequest(), began = Date.now(), shown = box && weight(body) >= SMALLEST;
    const stop = shown && box.querySelector("[data-stop]");
    const over = () => { if (shown) { box.hidden = true; stop.onclick = null; } };
    if (shown) {
      box.hidden = false;
      say(box, "");
      stop.onclick = () => request.abort();
      request.upload.onprogress = (event) => { if (event.lengthComputable) show(box, event, began); };
    }
    request.onload = () => {
      over();
      done({ ok: request.status >= 200 && request.status < 300, status: request.status, go: request.getResponseHeader("Studio-Go"),
             address: request.responseURL, text: () => Promise.resolve(request.responseText),
             json: () => Promise.resolve().then(() => JSON.parse(request.responseText)) });
    };
    request.onerror = () => { over(); if (shown) say(box, box.dataset.broken); failed(new TypeError("no network")); };
    request.onabort = () => { over(); if (shown) say(box, box.dataset.stopped); failed(named("AbortError")); };
    request.open("POST", address);
    request.setRequestHeader("Studio-Upload", "1");
    if (box && !box.closest("form[data-upload]")) request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });

  // A page that came as an answer takes the place of this one, as it would have without a script.
  const put = (html, address) => {
    history.replaceState(null, "", address);
    document.open();
    document.write(html);
    document.close();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter, box = form.querySelector("[data-sending]");
    if (event.defaultPrevented || !form.hasAttribute("data-upload") || !box) return;
    const body = new FormData(form);
    if (weight(body) < SMALLEST) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    if (button && button.name) body.append(button.name, button.value);
    window.studioSend(form.action, body, box)
      .then((answer) => answer.go ? location.assign(answer.go) : answer.text().then((html) => put(html, answer.address)))
      .catch(() => {
        delete form.dataset.sending;
        delete form.dataset.sent;  // page.js holds a second click back
        if (button) button.focus();
      });
  });
})();
