// The door of a terminal: digits by touch, by keyboard or from a badge reader, one question at a time.
(function () {
  "use strict";
  var QUIET = 30000;  // ms after which what a stranger has begun to type is gone
  var form = document.querySelector("form[data-fresh]"), timer = 0;
  if (!form) return;
  forgetEverything();

  function anew() { location.replace(form.dataset.fresh); }
  function wait() { clearTimeout(timer); timer = setTimeout(anew, QUIET); }
  ["pointerdown", "keydown", "input"].forEach(function (kind) { document.addEventListener(kind, wait, true); });
  // A page kept in the browser's memory could still hold what somebody typed.
  window.addEventListener("pageshow", function (event) { if (event.persisted) anew(); });
  if (form.querySelector("#errors, .invalid-feedback")) wait();

  var pad = document.getElementById("pad");
  if (!pad) return;
  var number = document.getElementById("number"), pin = document.getElementById("pin"), next = document.getElementById("next");
  var steps = form.querySelectorAll(".kiosk-step"), at = number;

  function turn(field) {
    at = field;
    steps[0].hidden = field !== number;
    steps[1].hidden = field !== pin;
    next.textContent = field === number ? form.dataset.next : form.dataset.in;
    field.focus();
  }
  function onward() {
    if (!at.value.trim()) { at.focus(); return; }
    if (at === number) turn(pin);
    else if (form.requestSubmit) form.requestSubmit();
    else form.submit();
  }
  function press(key) {
    if (key === "clear") { number.value = pin.value = ""; turn(number); return; }
    if (key === "back") {
      if (at === pin && !pin.value) turn(number);
      else at.value = at.value.slice(0, -1);
    } else if (at.value.length < at.maxLength) at.value += key;
    at.focus();
  }

  pad.hidden = false;
  // Their own keyboard would only cover the pad; that of a desk or a badge reader goes on working.
  number.setAttribute("inputmode", "none");
  pin.setAttribute("inputmode", "none");
  pad.addEventListener("click", function (event) {
    var key = event.target.closest("[data-key]");
    if (key) press(key.dataset.key);
  });
  next.addEventListener("click", function (event) { if (at === number) { event.preventDefault(); onward(); } });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var typing = event.target === number || event.target === pin;
    if (event.key === "Enter" && (typing || event.target === document.body)) { event.preventDefault(); onward(); }
    // A badge reader types wherever the last touch left the focus.
    else if (!typing && event.key.length === 1 && /[0-9A-Za-z]/.test(event.key)) { event.preventDefault(); press(event.key); }
  });
  turn(number);
})();
