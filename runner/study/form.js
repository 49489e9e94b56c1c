"use strict";
const sheet = JSON.parse(document.getElementById("sheet").textContent);
const store = `interlocutor-labels-${sheet.sheet}-${sheet.labeller}`;
const by = (id) => document.getElementById(id);
const kept = (() => { try { return JSON.parse(localStorage.getItem(store)) || {}; } catch { return {}; } })();
const log = Array.isArray(kept.log) ? kept.log : [];
let at = 0;

function latest(item) {
  for (let k = log.length - 1; k >= 0; k--) if (log[k].item === item) return log[k];
  return { label: "", note: "" };
}

function save() {
  try { localStorage.setItem(store, JSON.stringify({ log })); } catch { by("count").title = "this browser keeps nothing: export before you close it"; }
}

function add(label, note) {
  log.push({ item: sheet.items[at].id, label, note, when: new Date().toISOString() });
  save();
}

function choose(label) {
  add(label, by("note").value);
  const open = sheet.items.findIndex((item, k) => k > at && !latest(item.id).label);
  at = open >= 0 ? open : Math.min(at + 1, sheet.items.length - 1);
  show();
}

function undo() {
  const last = log[log.length - 1];
  if (!last) return;
  log.pop();
  save();
  at = sheet.items.findIndex((item) => item.id === last.item);
  show();
}

function move(step) {
  at = Math.max(0, Math.min(sheet.items.length - 1, at + step));
  show();
}

function show() {
  const item = sheet.items[at], said = latest(item.id), main = by("item");
  main.replaceChildren(...item.turns.map(([role, text], k) => {
    const turn = document.createElement("div"), name = document.createElement("p"), body = document.createElement("div");
    turn.className = k === item.turns.length - 1 ? "turn turn--last" : "turn";
    name.className = "role";
    name.textContent = role;
    body.textContent = text || "(nothing)";
    turn.append(name, body);
    return turn;
  }));
  by("classes").replaceChildren(...sheet.classes.map((label, k) => {
    const button = document.createElement("button");
    button.textContent = `${k + 1} ${label.replaceAll("_", " ")}`;
    button.setAttribute("aria-pressed", String(said.label === label));
    button.addEventListener("click", () => choose(label));
    return button;
  }));
  by("note").value = said.note;
  const done = sheet.items.filter((one) => latest(one.id).label).length;
  by("progress").max = sheet.items.length;
  by("progress").value = done;
  by("count").textContent = `${done} of ${sheet.items.length} labelled; this is number ${at + 1}`;
}

function download() {
  const content = { sheet: sheet.sheet, labeller: sheet.labeller, labels: log };
  const link = by("file");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
  link.download = `labels-${sheet.labeller}.json`;
  link.hidden = false;
  link.click();
}

by("note").addEventListener("change", () => { const said = latest(sheet.items[at].id); if (said.label) add(said.label, by("note").value); });
by("back").addEventListener("click", () => move(-1));
by("next").addEventListener("click", () => move(1));
by("undo").addEventListener("click", undo);
by("export").addEventListener("click", download);
document.addEventListener("keydown", (event) => {
  if (event.target === by("note") || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Escape") by("note").blur();
    return;
  }
  const label = sheet.classes[Number(event.key) - 1];
  if (label) choose(label);
  else if (event.key === "u") undo();
  else if (event.key === "n") { event.preventDefault(); by("note").focus(); }
  else if (event.key === "ArrowLeft") move(-1);
  else if (event.key === "ArrowRight") move(1);
});
const first = sheet.items.findIndex((item) => !latest(item.id).label);
at = first >= 0 ? first : 0;
show();
