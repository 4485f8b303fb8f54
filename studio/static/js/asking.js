// From a complaint to a proposal: where just one of the three answers is missing, it is asked for at once and kindly.
// Without this file the server asks, and shows that question alone.
(function () {
  "use strict";
  const form = document.querySelector("form[data-filing]");
  if (!form) return;

  // Where a sentence may begin: what is touched is written, and the cursor stands where the gap was.
  function begin(start) {
    const field = start.closest("[data-third]").querySelector("textarea"), words = start.textContent.trim();
    const before = field.value.trim() ? field.value.trim() + "\n" : "", gap = words.indexOf("…");
    const at = before.length + (gap < 0 ? words.length : gap);
    field.value = before + words.replace(/…/g, "");
    field.focus();
    field.setSelectionRange(at, at);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  form.querySelectorAll("[data-start]").forEach(function (start) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = start.textContent;
    button.addEventListener("click", function () { begin(button); });
    start.replaceChildren(button);
  });

  function saysSomething(field) {
    return /[\p{L}\p{N}]/u.test(field.value);
  }

  function ask(third) {
    const plea = third.querySelector(".third-plea"), field = third.querySelector("textarea");
    plea.hidden = false;
    third.classList.add("third-open");
    field.setAttribute("aria-describedby", [plea.id, field.getAttribute("aria-describedby")].filter(Boolean).join(" "));
    third.scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  }

  // Earlier than whoever sends the form: an answer that is missing is no reason for a journey.
  document.addEventListener("submit", function (event) {
    const button = event.submitter;
    if (event.target !== form || (button && button.name === "action" && button.value !== "submit")) return;
    const open = Array.from(form.querySelectorAll("[data-third]")).filter(function (third) { return !saysSomething(third.querySelector("textarea")); });
    if (open.length !== 1) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(open[0]);
  }, true);
})();
