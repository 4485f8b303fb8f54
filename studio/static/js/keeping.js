// The form hands over to the browser's database: each word and photo that the server has not got yet, and the whole proposal
// when its button is pressed. From there it goes by itself. Where the browser keeps nothing, the form is a plain form.
(function () {
  "use strict";
  const form = document.querySelector("form[data-owner]");
  if (!form || !self.Offline || !Offline.able) return;
  form.dataset.keeping = "yes";  // filing.js then leaves the words to us

  const PAUSE = 600;    // ms without typing before words are written down
  const PATIENCE = 400; // ms before somebody with a good network is shown that it is being sent
  const NOT_WORDS = ["csrf_token", "filing_key", "revision", "action"];
  const handed = document.querySelector("[data-handed]");
  const photos = [];    // {name, file} that the server has not got yet, made small
  let key = "", draft = "", since = Date.now(), timer = 0, sending = false, last = Promise.resolve();

  async function begin() {
    const wanted = new URL(location.href).searchParams.get("kept");
    const item = wanted ? await Waiting.get(wanted) : await lastWritten();
    key = draftHere() && form.elements.filing_key.value ? form.elements.filing_key.value : Waiting.newKey();
    form.elements.filing_key.value = key;
    if (item && item.writer === form.dataset.owner && !document.getElementById("errors")) takeUp(item);
    else beginAsTheAddressSays();
    Offline.open = key;
    const worker = Boolean(navigator.serviceWorker && navigator.serviceWorker.controller), alone = worker && "SyncManager" in self;
    document.querySelector("[data-can-wait]").hidden = !worker;
    handed.querySelector("[data-by-itself]").hidden = !alone;
    handed.querySelector("[data-by-visit]").hidden = alone;
    if (navigator.locks) navigator.locks.request("studio-form-" + key, function () { return new Promise(function () { /* until the page is left */ }); });
    await Offline.show();
  }

  // Words that were being written on this page when it was closed.
  async function lastWritten() {
    const mine = await Waiting.list(form.dataset.owner);
    for (const item of mine.reverse()) {
      const here = item.state === "writing" && item.path === form.getAttribute("action");
      if (here && !(navigator.locks && (await Waiting.isBeingWritten(item)))) return item;
    }
    return null;
  }

  function draftHere() {
    const part = (form.getAttribute("action") || "").split("?")[0].split("/").pop();
    return part === "file" ? "" : part;
  }

  function takeUp(item) {
    const gone = item.said && item.said.gone;
    if (gone) Waiting.remove(item.key);
    else key = form.elements.filing_key.value = item.key;
    draft = gone ? "" : item.draft;
    if (draft && !draftHere()) writeInto(draft);
    since = item.since;
    fill(item.fields);
    item.files.forEach(putBack);
    form.dispatchEvent(new Event("input", { bubbles: true }));
    if (item.said && item.said.problems.length) showProblems(item.said.problems);
    else say(form.dataset.restored);
  }

  // The kept form is a blank one; what is written in it belongs to the draft.
  function writeInto(reference) {
    form.setAttribute("action", form.getAttribute("action").split("?")[0] + "/" + reference);
    form.dataset.autosave = form.dataset.autosave.split("?")[0] + "?draft=" + encodeURIComponent(reference);
  }

  // A label that was scanned, or a call that was tapped, without a network led to a form that knows nothing of it yet.
  function beginAsTheAddressSays() {
    const asked = new URL(location.href).searchParams;
    [["machine", form.elements.location], ["call", form.elements.call]].forEach(function (one) {
      if (asked.get(one[0]) && one[1] && !one[1].value) one[1].value = asked.get(one[0]);
    });
  }

  function fill(fields) {
    const given = {};
    fields.forEach(function (field) { (given[field[0]] = given[field[0]] || []).push(field[1]); });
    moreRows((given.shares || []).length);
    Array.from(form.elements).forEach(function (field) {
      if (!field.name || NOT_WORDS.indexOf(field.name) >= 0 || field.type === "file" || field.type === "submit") return;
      const values = given[field.name] || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.indexOf(field.value) >= 0;
      else field.value = values.length ? values.shift() : "";
    });
  }

  function moreRows(wanted) {
    const add = document.getElementById("add-person");
    for (let tries = 0; add && tries < wanted && form.querySelectorAll("[name=shares]").length < wanted; tries += 1) add.click();
  }

  function putBack(one) {
    const input = form.querySelector('input[type=file][name="' + one.name + '"]');
    if (!input || !self.DataTransfer) return;
    const box = new DataTransfer();
    Array.from(input.multiple ? input.files : []).forEach(function (file) { box.items.add(file); });
    box.items.add(new File([one.file], one.filename, { type: one.file.type }));
    input.files = box.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function snapshot(action) {
    const fields = Array.from(new FormData(form)).filter(function (field) {
      return typeof field[1] === "string" && NOT_WORDS.indexOf(field[0]) < 0;
    });
    return {
      key: key, writer: form.dataset.owner, action: action, draft: draftHere() || draft, path: form.getAttribute("action"),
      fields: fields, files: files(), since: since, written: Date.now(), state: action === "submit" ? "waiting" : "writing", said: null,
    };
  }

  // What was made small already, and beside it whatever else has been chosen.
  function files() {
    const small = photos.map(function (one) { return { name: one.name, file: one.file, filename: one.file.name }; });
    const chosen = [];
    form.querySelectorAll("input[type=file]").forEach(function (input) {
      Array.from(input.files).forEach(function (file) {
        const known = photos.some(function (one) { return one.name === input.name && (one.whole === file || one.file === file); });
        if (!known) chosen.push({ name: input.name, file: file, filename: file.name });
      });
    });
    return small.concat(chosen);
  }

  function keepSoon() {
    clearTimeout(timer);
    timer = setTimeout(function () { ready.then(function () { keep("save"); }); }, PAUSE);
  }

  function keep(action) {
    clearTimeout(timer);
    if (sending && action === "save") return last;
    const item = snapshot(action);
    last = last.catch(function () { /* that was the one before */ }).then(function () { return Waiting.put(item); });
    if (!navigator.onLine) last.then(Offline.callWhenOnline).catch(function () { /* the next page sends it */ });
    last.catch(function () { delete form.dataset.keeping; });  // full, or refused: filing.js keeps the words again
    return last;
  }

  form.addEventListener("input", keepSoon);
  form.addEventListener("change", keepSoon);
  form.addEventListener("studio:photo", function (event) {
    const photo = event.detail, alone = photo.name !== "files";
    if (alone) photos.splice(0, photos.length, ...photos.filter(function (one) { return one.name !== photo.name; }));
    photos.push(photo);
    preview(photo);
    keepSoon();
  });
  // The server has it: words that were typed since come with the next time.
  form.addEventListener("studio:kept", function (event) {
    const arrived = event.detail.photo;
    if (arrived) photos.splice(0, photos.length, ...photos.filter(function (one) { return one.file !== arrived; }));
    if (event.detail.newest && !photos.length && !sending) {
      clearTimeout(timer);
      last = last.catch(function () { /* nothing was written */ }).then(function () { return Waiting.remove(key); });
    }
  });

  // Until it has arrived, a photo is seen from the device itself.
  function preview(photo) {
    const input = document.getElementById(photo.name), place = input && input.closest(".shot");
    if (!place || !/^image\//.test(photo.file.type)) return;
    const shown = place.querySelector(".photo-here") || place.insertBefore(document.createElement("img"), place.firstChild);
    shown.className = "photo-here";
    shown.alt = photo.file.name;
    shown.src = URL.createObjectURL(photo.file);
    place.classList.add("shot-here");
  }

  self.addEventListener("submit", function (event) {
    const action = event.submitter && event.submitter.name === "action" ? event.submitter.value : "submit";
    if (event.target !== form || event.defaultPrevented || action !== "submit" || !form.dataset.keeping) return;
    event.preventDefault();
    if (!sending) handOver();
  });

  async function handOver() {
    sending = true;
    await ready;  // somebody may be quicker than a slow phone's database, and without its key nothing would find its way back
    try {
      if (!form.dataset.keeping) throw new Error("nothing is kept here");
      await keep("submit");
    } catch (full) {
      sending = false;
      sendPlainly();
      return;
    }
    const wait = setTimeout(showHanded, navigator.onLine ? PATIENCE : 0);
    await Offline.callWhenOnline();
    await Offline.go();
    if (!sending) clearTimeout(wait);
  }

  // The browser keeps nothing: as without a script, and without a network the words stay on the page.
  function sendPlainly() {
    if (!navigator.onLine) { back(); say(handed.dataset.full); return; }
    const button = document.createElement("input");
    button.type = "hidden";
    button.name = "action";
    button.value = "submit";
    form.appendChild(button);
    form.submit();
  }

  function showHanded() {
    if (!sending) return;
    form.hidden = true;
    handed.hidden = false;
    Offline.open = "";
    Offline.show();
    handed.focus();
  }

  function back() {
    sending = false;
    form.hidden = false;
    handed.hidden = true;
    Offline.open = key;
    delete form.dataset.sent;
    form.dispatchEvent(new CustomEvent("studio:back"));
    Offline.show();
  }

  new BroadcastChannel("studio-waiting").onmessage = async function (event) {
    if (event.data.arrived === key) {
      await Waiting.seen(key);
      if (sending || event.data.number) location.assign(event.data.page);
    }
    if (event.data.refused === key && sending) {
      const item = await Waiting.get(key);
      back();
      showProblems(item.said.problems.length ? item.said.problems : [{ field: "", said: item.said.message || handed.dataset.refused }]);
    }
  };

  // As the server's own page shows them: a summary that leads to the fields, and a sentence at each.
  function showProblems(problems) {
    form.querySelectorAll("[data-from-server], #errors").forEach(function (old) { old.remove(); });
    const summary = document.querySelector("template[data-summary]").content.firstElementChild.cloneNode(true);
    summary.id = "errors";
    summary.dataset.fromServer = "";
    const list = summary.querySelector("ul");
    problems.forEach(function (problem) {
      const line = list.appendChild(document.createElement("li")), field = document.getElementById(problem.field);
      const told = line.appendChild(document.createElement(field ? "a" : "span"));
      told.textContent = problem.said;
      if (field) { told.href = "#" + problem.field; told.className = "tap"; mark(field, problem.said); }
    });
    form.insertBefore(summary, form.querySelector("h1").nextSibling);
    summary.focus();
  }

  function mark(field, said) {
    const note = document.createElement("p");
    note.className = "invalid-feedback";
    note.id = field.id + "-error";
    note.dataset.fromServer = "";
    note.textContent = said;
    if (field.matches("input, textarea, select")) {
      field.classList.add("is-invalid");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", note.id);
      field.after(note);
    } else field.prepend(note);
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }

  function say(words) {
    const saved = document.getElementById("saved");
    if (!saved) return;
    saved.lastElementChild.textContent = words;
    saved.classList.remove("saved-yes");
    saved.classList.add("saved-not");
  }

  const ready = begin().catch(function () { delete form.dataset.keeping; });
})();
