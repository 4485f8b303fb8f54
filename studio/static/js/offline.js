// What waits on this device: sent when it can be, shown where a page has a place for it, left behind by nobody.
"use strict";
self.Offline = (function () {
  const here = document.currentScript.dataset, writer = here.writer || "";
  const SOON = 4000, AGAIN = 30000;  // ms between the first tries and the later ones, while something waits
  const kiosk = document.documentElement.dataset.kiosk !== undefined || document.body.dataset.kiosk !== undefined;
  const able = !kiosk && Boolean(self.indexedDB && self.BroadcastChannel && self.FormData);
  const times = new Intl.DateTimeFormat(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  let mood = "", whose = writer, going = null, again = false, timer = 0, pause = SOON;
  const done = {};  // how much of each has been sent, from 0 to 1

  Waiting.address = here.kept;

  // A shared terminal keeps nothing, also where somebody used it as his own before.
  async function keepNothing() {
    const workers = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistrations() : [];
    await Promise.all(workers.map(function (worker) { return worker.unregister(); }));
    if (self.caches) (await caches.keys()).forEach(function (name) { caches.delete(name); });
    if (self.indexedDB) indexedDB.deleteDatabase("studio");
  }

  async function begin() {
    if (writer) await Waiting.setFact("writer", writer);
    else whose = (await Waiting.fact("writer")) || "";
    new BroadcastChannel("studio-waiting").onmessage = function (event) { hear(event.data); };
    document.querySelectorAll('form[action$="/sign-out"], form[action$="/sign-out-everywhere"]').forEach(function (form) {
      form.addEventListener("submit", function (event) { leaving(event, form); });
    });
    await show();
    self.addEventListener("online", go);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) go(); });
    if (document.readyState === "complete") register(); else self.addEventListener("load", register);
    await go();
  }

  function register() {
    if (!writer || !("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register(here.worker, { scope: here.root }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (worker) {
      worker.active.postMessage({ keep: [writer, document.documentElement.lang] });
    }).catch(function () { /* no HTTPS, or refused: everything but opening the form without a network still works */ });
  }

  // Lets the browser call the worker when there is a network, also after this page was closed.
  async function callWhenOnline() {
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(function () { /* it may say no */ });
    if (!("serviceWorker" in navigator) || !navigator.serviceWorker.controller) return;
    const worker = await navigator.serviceWorker.ready;
    if (worker.sync) await worker.sync.register("studio-waiting").catch(function () { /* not allowed: the next page sends */ });
  }

  // One turn after another; whoever asks during one gets another one behind it.
  function go() {
    if (going) { again = true; return going; }
    going = turns().finally(function () { going = null; });
    return going;
  }

  async function turns() {
    clearTimeout(timer);
    do {
      again = false;
      mood = await Waiting.sendAll().catch(function () { return ""; });
    } while (again);
    if (whose && (await Waiting.fact("writer")) !== whose) mood = "sign-in";  // somebody else came in by another window
    const left = whose ? await Waiting.list(whose) : [];
    pause = left.length ? Math.min(pause * 1.5, AGAIN) : SOON;
    if (left.length) timer = setTimeout(function () { if (!document.hidden) go(); }, pause);
    await show();
  }

  function hear(news) {
    if (news.sending) {
      done[news.sending] = news.done;
      document.querySelectorAll('[data-kept="' + news.sending + '"]').forEach(progress);
    } else {
      delete done[news.arrived || news.refused || news.changed];
      show();
    }
  }

  async function show() {
    const places = document.querySelectorAll("section[data-waiting]");
    const kept = whose ? await Waiting.list(whose) : [], went = whose ? await Waiting.went(whose) : [];
    const open = kept.filter(function (item) { return item.key !== Offline.open; });
    places.forEach(function (place) {
      place.hidden = !open.length && !went.length;
      place.querySelector("[data-heading]").hidden = !open.length;
      place.querySelector("[data-count]").textContent = open.length;
      fill(place.querySelector("[data-rows]"), open.map(function (item) { return row(place, item); }));
      fill(place.querySelector("[data-went]"), went.map(function (one) { return wentRow(place, one); }));
    });
    if (!writer) await atTheDoor();
  }

  function fill(list, rows) {
    const at = list.contains(document.activeElement) ? Array.from(list.querySelectorAll("a, button")).indexOf(document.activeElement) : -1;
    list.textContent = "";
    rows.forEach(function (made) { list.appendChild(made); });
    list.hidden = !rows.length;
    const again = at >= 0 && list.querySelectorAll("a, button")[at];
    if (again) again.focus();
  }

  function row(place, item) {
    const made = place.querySelector("template[data-row]").content.firstElementChild.cloneNode(true);
    const words = place.dataset, photos = item.files.length;
    made.dataset.kept = item.key;
    text(made, "title", titleOf(item) || words.untitled);
    text(made, "since", words.since.replace("{time}", times.format(item.since)));
    text(made, "photos", photos ? words.photos.replace("{number}", photos) : "");
    text(made, "state", stateOf(item, words));
    made.classList.toggle("kept-stuck", item.state === "refused");
    const problems = ((item.said && item.said.problems) || []).map(function (problem) {
      const line = document.createElement("li");
      line.textContent = problem.said;
      return line;
    });
    fill(made.querySelector("[data-problems]"), problems);
    const mend = made.querySelector("[data-mend]");
    mend.href = (item.draft && !(item.said && item.said.gone) ? here.form + "/" + item.draft : here.form) + "?kept=" + item.key;
    text(made, "mend", item.state === "refused" ? words.mend : words.write);
    made.querySelector("[data-drop]").addEventListener("click", function (event) { drop(event.currentTarget, item, words); });
    progress(made);
    return made;
  }

  function wentRow(place, one) {
    const made = place.querySelector("template[data-gone]").content.firstElementChild.cloneNode(true);
    const link = made.querySelector("[data-link]");
    link.textContent = one.title || place.dataset.untitled;
    link.href = one.page;
    text(made, "number", one.number || place.dataset.draft);
    text(made, "at", place.dataset.arrived.replace("{time}", times.format(one.at)));
    made.querySelector("[data-seen]").addEventListener("click", function () { Waiting.seen(one.key); });
    return made;
  }

  function text(made, name, words) { made.querySelector("[data-" + name + "]").textContent = words; }

  function titleOf(item) {
    const said = {};
    item.fields.forEach(function (field) { said[field[0]] = said[field[0]] || field[1]; });
    return (said.title || said.problem || said.measure || "").trim().slice(0, 80);
  }

  function stateOf(item, words) {
    const status = (item.said && item.said.status) || 0;
    if (item.state === "refused") return (item.said && item.said.message) || words.refused;
    if (mood === "sign-in") return words.signIn;
    if (item.state === "writing") return words.writing;
    return status === 403 ? item.said.message : status >= 429 && mood === "offline" && navigator.onLine ? words.busy : words.offline;
  }

  function progress(made) {
    const bar = made.querySelector("progress"), part = done[made.dataset.kept];
    bar.hidden = part === undefined;
    if (part === undefined) return;
    bar.value = part;
    text(made, "state", bar.getAttribute("aria-label"));
  }

  // The first press asks, the second one deletes: what is deleted here is nowhere else.
  async function drop(button, item, words) {
    if (!button.dataset.sure) {
      button.dataset.sure = "yes";
      button.textContent = words.sure;
      return;
    }
    await Waiting.remove(item.key);
  }

  // Signing out takes the kept pages along; proposals that wait stay only if their author says so.
  async function leaving(event, form) {
    if (form.dataset.left) return;
    event.preventDefault();
    const waits = await Waiting.list(writer).catch(function () { return []; });
    const question = document.querySelector("[data-leaving]");
    if (!waits.length || !question) { leave(form, waits, false); return; }
    question.hidden = false;
    question.querySelector("[data-count]").textContent = waits.length;
    question.querySelector("[data-stay]").onclick = function () { leave(form, waits, false); };
    question.querySelector("[data-delete]").onclick = function () { leave(form, waits, true); };
    question.querySelector("[data-not-yet]").onclick = function () { question.hidden = true; delete form.dataset.sent; form.querySelector("button").focus(); };
    question.focus();
  }

  async function leave(form, waits, all) {
    try {
      if (all) await Promise.all(waits.map(function (item) { return Waiting.remove(item.key); }));
      const gone = ((await Waiting.fact("went")) || []).filter(function (one) { return one.writer !== writer; });
      await Waiting.setFact("went", gone);
      await Waiting.setFact("writer", "");
      if (self.caches) await Promise.all((await caches.keys()).map(function (name) { return caches.delete(name); }));
      sessionStorage.setItem("studio-left", waits.length && !all ? "waits" : "nothing");
    } catch (refused) { /* then there was nothing here */ }
    form.dataset.left = "yes";
    form.submit();
  }

  // Before anybody has signed in: that something waits, but not what.
  async function atTheDoor() {
    const door = document.querySelector("[data-door]");
    if (!door) return;
    const left = sessionStorage.getItem("studio-left"), waits = (await Waiting.all()).length;
    sessionStorage.removeItem("studio-left");
    door.querySelectorAll("[data-left]").forEach(function (note) {
      note.hidden = note.hidden && note.dataset.left !== (waits ? "waits" : left === "nothing" ? "nothing" : "-");
    });
    door.querySelectorAll("[data-count]").forEach(function (count) { count.textContent = waits; });
  }

  if (kiosk) keepNothing().catch(function () { /* nothing to take away */ });
  else if (able) begin().catch(function () { /* the browser keeps nothing: private mode, or a full disk */ });
  return { able: able, open: "", go: go, show: show, callWhenOnline: callWhenOnline };
})();
