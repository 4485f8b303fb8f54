// Who worked on it: colleagues as one types them, and their shares, which together always make a hundred.
// Without this file the fields take the same names, numbers and sounds, and the server splits.
(function () {
  "use strict";
  const rows = document.getElementById("people-rows"), split = document.getElementById("split");
  if (!rows || !split || !window.fetch || !window.AbortController) return;

  const PAUSE = 200;  // ms without typing before it is asked
  const WHOLE = 100, STEP = 10;
  const form = rows.closest("form"), says = split.querySelector("[role=status]"), bar = split.querySelector(".split-bar");
  const list = document.createElement("ul");
  let timer = 0, going = null, at = -1, field = null, found = [];

  /* ── Whom ── */

  list.className = "who-list";
  list.id = "colleagues";
  list.setAttribute("role", "listbox");
  list.hidden = true;

  function isWho(target) { return Boolean(target.id) && /^who-\d+$/.test(target.id); }

  function equip() {
    rows.querySelectorAll("[data-step], [data-drop]").forEach(function (button) { button.hidden = false; });
    Array.from(rows.children).forEach(function (row, place) {
      const who = row.querySelector("[id^=who-]");
      renumber(row, place + 1);
      who.setAttribute("role", "combobox");
      who.setAttribute("aria-autocomplete", "list");
      who.setAttribute("aria-expanded", "false");
      who.setAttribute("aria-controls", list.id);
      who.removeAttribute("aria-activedescendant");
    });
  }

  // Rows come and go, and each is called by its place.
  function renumber(row, number) {
    row.querySelectorAll("label").forEach(function (label) {
      const input = row.querySelector("#" + label.htmlFor);
      if (input) input.id = label.htmlFor = label.htmlFor.replace(/\d+$/, number);
      label.textContent = label.textContent.replace(/\d+/, number);
    });
    row.querySelector("[data-drop] .visually-hidden").textContent = " " + row.querySelector("label").textContent;
  }

  function close() {
    clearTimeout(timer);
    if (going) going.abort();
    if (field) { field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); }
    list.hidden = true;
    list.remove();  // or a row that is copied would bring it along
    at = -1;
  }

  function ask(now) {
    clearTimeout(timer);
    timer = setTimeout(function () {
      const typed = field.value.trim();
      if (going) going.abort();
      going = new AbortController();
      fetch(rows.dataset.who + "?q=" + encodeURIComponent(typed), { credentials: "same-origin", headers: { Accept: "application/json" }, signal: going.signal })
        .then(function (answer) { return answer.ok ? answer.json() : []; })
        .catch(function () { return null; })  // no network, or asked anew meanwhile: it stays what was typed
        .then(function (people) { if (people && document.activeElement === field) show(people, typed); });
    }, now ? 0 : PAUSE);
  }

  function show(people, typed) {
    const others = Array.from(rows.querySelectorAll("[id^=who-]")).filter(function (one) { return one !== field; }).map(function (one) { return one.value.trim(); });
    found = people.filter(function (one) { return others.indexOf(one.who) < 0 && others.indexOf(one.number) < 0; });
    list.replaceChildren.apply(list, found.map(option));
    if (!found.length && typed) {
      const none = document.createElement("li");
      none.className = "who-none";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = rows.dataset.none;
      list.appendChild(none);
    }
    at = -1;
    field.removeAttribute("aria-activedescendant");
    if (!list.children.length) { close(); return; }
    field.parentNode.appendChild(list);
    list.setAttribute("aria-label", field.parentNode.querySelector("label").textContent);
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  }

  function option(one, place) {
    const item = document.createElement("li"), name = document.createElement("b"), rest = document.createElement("span");
    item.id = "colleague-" + place;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.place = place;
    name.textContent = one.name;
    rest.className = "second";
    rest.textContent = one.unit + "  " + one.number;
    item.append(name, " ", rest);
    return item;
  }

  function move(to) {
    if (list.hidden || !found.length) return;
    at = (to + found.length) % found.length;
    found.forEach(function (_one, place) { list.children[place].setAttribute("aria-selected", String(place === at)); });
    field.setAttribute("aria-activedescendant", "colleague-" + at);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function take(place) {
    field.value = found[place].who;
    const chosen = field;
    close();
    chosen.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "taken" }));
  }

  rows.addEventListener("focusin", function (event) {
    if (!isWho(event.target)) return;
    field = event.target;
    if (!field.value.trim()) ask(true);
  });
  rows.addEventListener("focusout", function (event) { if (event.target === field) close(); });
  rows.addEventListener("input", function (event) {
    if (!isWho(event.target) || event.detail === "taken") { draw(); return; }
    field = event.target;
    ask(false);
  });
  rows.addEventListener("change", draw);  // half a name has no share yet
  rows.addEventListener("keydown", function (event) {
    if (!isWho(event.target) || event.isComposing) return;
    if (event.key === "ArrowDown") { if (list.hidden) ask(true); else move(at + 1); }
    else if (event.key === "ArrowUp") move(at < 0 ? found.length - 1 : at - 1);
    else if (event.key === "Enter") { if (list.hidden || at < 0) { close(); event.preventDefault(); return; } take(at); }
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  // Before the field loses the focus, or a finger would close the list it wants to touch.
  list.addEventListener("pointerdown", function (event) { event.preventDefault(); });
  list.addEventListener("click", function (event) {
    const item = event.target.closest("[data-place]");
    if (item) take(Number(item.dataset.place));
  });

  /* ── How much ── */

  function others() {
    return Array.from(rows.children).filter(function (row) { return row.querySelector("[id^=who-]").value.trim(); });
  }
  function share(row) { return row.querySelector("[id^=percent-]"); }

  // As studio.domain.shares.shared_out: what is written stays, the rest is split evenly, mine has what cannot be split.
  function sharedOut(given) {
    const open = given.filter(function (one) { return one === null; }).length;
    const left = given.reduce(function (rest, one) { return rest - (one || 0); }, WHOLE);
    if (left < open || given.some(function (one) { return one !== null && !(one >= 1); })) return null;
    const each = Math.floor(left / open);
    return given.map(function (one, place) { return one === null ? each + (place === 0 ? left - each * open : 0) : one; });
  }

  function written(row) { return share(row).value.trim() === "" ? null : Number(share(row).value.trim()); }

  function draw() {
    const theirs = others(), shares = sharedOut([null].concat(theirs.map(written)));
    split.hidden = !theirs.length;
    Array.from(rows.children).forEach(function (row) { share(row).placeholder = ""; });
    split.classList.toggle("split-wrong", !shares);
    if (!shares) { say(says.dataset.wrong); return; }
    theirs.forEach(function (row, place) { share(row).placeholder = String(shares[place + 1]); });
    const names = [me()].concat(theirs.map(function (row) { return row.querySelector("[id^=who-]").value.trim().replace(/\s+\S*\d\S*$/, ""); }));
    bar.replaceChildren.apply(bar, shares.map(function (percent) {
      const part = document.createElement("i");
      part.style.flexGrow = percent;
      return part;
    }));
    say(names.map(function (name, place) { return name + " " + shares[place] + "%"; }).join(" · "));
  }

  function me() {
    const other = form.elements.submitter_no;
    return other && other.value ? other.selectedOptions[0].textContent.trim().replace(/\s+\S*\d\S*$/, "") : split.dataset.me;
  }

  function say(text) { if (says.textContent !== text) says.textContent = text; }

  function write(row, percent) { share(row).value = percent === null ? "" : String(percent); }

  function written_by_hand() { rows.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "taken" })); draw(); }

  // One more or less for somebody comes from me, as far as something of mine is left.
  function step(row, by) {
    const theirs = others(), place = theirs.indexOf(row);
    const shares = sharedOut([null].concat(theirs.map(written)));
    if (place < 0 || !shares) { write(row, null); written_by_hand(); return; }
    const now = shares[place + 1], wanted = by > 0 ? Math.floor(now / by) * by + by : Math.ceil(now / -by) * -by + by;
    theirs.forEach(function (one, number) { write(one, shares[number + 1]); });
    write(row, Math.max(1, Math.min(wanted, now + shares[0] - 1)));
    written_by_hand();
  }

  // Ten more for me: each of the others gives his part of it.
  function moreForMe() {
    const theirs = others(), shares = sharedOut([null].concat(theirs.map(written)));
    if (!shares || !theirs.length) return;
    const left = Math.max(theirs.length, WHOLE - shares[0] - STEP), had = WHOLE - shares[0];
    theirs.forEach(function (row, place) { write(row, Math.max(1, Math.floor(shares[place + 1] * left / had))); });
    written_by_hand();
  }

  rows.addEventListener("click", function (event) {
    const button = event.target.closest("button"), row = button && button.closest(".person-row");
    if (!row) return;
    if (button.dataset.step) step(row, Number(button.dataset.step));
    if ("drop" in button.dataset) drop(row);
  });
  function drop(row) {
    row.querySelectorAll("input").forEach(function (one) { one.value = ""; });
    if (rows.children.length > 1) row.remove();
    written_by_hand();
    const last = rows.lastElementChild.querySelector("[id^=who-]");
    document.getElementById("add-person").focus();
    if (!last.value) close();
  }
  split.addEventListener("click", function (event) {
    const button = event.target.closest("[data-split]");
    if (!button) return;
    if (button.dataset.split === "mine") { moreForMe(); return; }
    others().forEach(function (row) { write(row, null); });
    written_by_hand();
  });
  if (form.elements.submitter_no) form.elements.submitter_no.addEventListener("change", draw);
  // The row that filing.js adds is one of these, with whatever hung on it; so is what the browser brings back.
  new MutationObserver(function () { equip(); draw(); }).observe(rows, { childList: true });
  form.addEventListener("input", function (event) { if (event.target === form) draw(); });
  equip();
  draw();
})();
