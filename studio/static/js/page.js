// Small comforts for every page. Everything works without this file.
(function () {
  "use strict";
  document.documentElement.classList.add("has-script");

  var problem = document.querySelector("[data-focus]");
  if (problem) problem.focus();

  var printer = document.getElementById("print");
  if (printer) {
    printer.hidden = false;
    printer.addEventListener("click", function () { window.print(); });
  }

  // Words kept on the device while they were on their way: this page is the proof that they arrived.
  try {
    var sent = sessionStorage.getItem("studio-sent");
    if (sent && !document.getElementById("errors") && !document.querySelector(".refusal")) {
      localStorage.removeItem(sent);
      sessionStorage.removeItem("studio-sent");
    }
  } catch (none) { /* private mode */ }

  // Whoever opens the page has seen where he was named; without this file the button says so.
  var seen = document.querySelector("form[data-seen]");
  if (seen && window.fetch) {
    fetch(seen.action, { method: "POST", body: new FormData(seen), credentials: "same-origin", redirect: "manual" })
      .catch(function () { /* it is told again on the first page */ });
  }

  // A second click while the first is on its way would only be confusing; the server is safe from it anyway.
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented) return;
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if ((form.method || "get").toLowerCase() === "post") form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
