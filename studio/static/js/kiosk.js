// A session at a terminal: says that somebody is there, warns, closes by itself, and leaves nothing on the screen.
(function () {
  "use strict";
  var bar = document.getElementById("kiosk-bar");
  if (!bar || !window.fetch) return;

  var WARNING = 15;    // s that count down in sight
  var TELL = 20000;    // ms between two messages that somebody is there
  var idle = Number(bar.dataset.idle) * 1000;
  var leaving = document.getElementById("kiosk-leave"), warning = document.getElementById("kiosk-warning"), count = document.getElementById("kiosk-count");
  var touched = Date.now(), told = Date.now(), gone = false;

  function post(address) {
    return fetch(address, { method: "POST", body: new FormData(leaving), headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual", keepalive: true });
  }
  function hide() { document.documentElement.classList.add("kiosk-gone"); }
  function door() { location.replace(bar.dataset.door); }
  function leave() {
    if (gone) return;
    gone = true;
    hide();
    forgetEverything();
    post(leaving.action).then(door, door);
  }
  function here() {
    touched = Date.now();
    if (warning.open) warning.close();
    if (touched - told < TELL) return;
    told = touched;
    post(bar.dataset.stay).then(function (answer) { if (answer.status === 401) { gone = true; hide(); door(); } }, function () { /* the server will see it later */ });
  }
  function look() {
    var left = Math.ceil((touched + idle - Date.now()) / 1000);
    if (left <= 0) leave();
    else if (left <= WARNING) {
      if (!warning.open && warning.showModal) warning.showModal();
      count.textContent = String(left);
    }
  }

  // While the warning is open only its buttons count: a sleeve on the screen is nobody.
  ["pointerdown", "keydown", "input", "wheel"].forEach(function (kind) {
    document.addEventListener(kind, function () { if (!warning.open && !gone) here(); }, { capture: true, passive: true });
  });
  document.getElementById("kiosk-here").addEventListener("click", here);
  warning.addEventListener("cancel", function () { touched = Date.now(); });
  leaving.addEventListener("submit", function (event) { event.preventDefault(); leave(); });
  // A page kept in the browser's memory must not show itself to whoever presses the back button.
  window.addEventListener("pagehide", hide);
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  setInterval(look, 500);
})();
