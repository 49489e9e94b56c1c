const by = (id) => document.getElementById(id);
const sheet = JSON.parse(by("sheet").textContent);
const store = `interlocutor-labels-${sheet.sheet}-${sheet.labeller}`;
const kept = (() => { try { return JSON.parse(localStorage.getItem(store)) || {}; } catch { return {}; } })();
const log = Array.isArray(kept.log) ? kept.log : [];

function latest(item) {
  for (let k = log.length - 1; k >= 0; k--) if (log[k].item === item) return log[k];
  return { label: "", note: "" };
}

const open = (from) => sheet.items.findIndex((item, k) => k >= from && !latest(item.id).label);
let at = Math.max(open(0), 0);

function save() {
  try { localStorage.setItem(store, JSON.stringify({ log })); } catch { by("kept").textContent = "This browser keeps nothing: export before you close the page."; }
}

const acts = {
  label(label, note, stay) {
    log.push({ item: sheet.items[at].id, label, note, when: new Date().toISOString() });
    if (!stay) at = open(at + 1) >= 0 ? open(at + 1) : Math.min(at + 1, sheet.items.length - 1);
  },
  undo() {
    const last = log.pop();
    if (last) at = sheet.items.findIndex((item) => item.id === last.item);
  },
  move(step) {
    at = Math.max(0, Math.min(sheet.items.length - 1, at + step));
  },
};

function act(what, value, note, stay) {
  acts[what](value, note, stay);
  save();
  draw();
}

function draw() {
  const { label, note } = latest(sheet.items[at].id), done = sheet.items.filter((one) => latest(one.id).label).length;
  labelling.show({ question: sheet.question, classes: sheet.classes, turns: sheet.items[at].turns, label, note, done, of: sheet.items.length, at });
}

function download() {
  const content = { sheet: sheet.sheet, labeller: sheet.labeller, labels: log };
  const link = by("file");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
  link.download = `labels-${sheet.labeller}.json`;
  link.hidden = false;
  link.click();
}

const labelling = face(by("labelling"), act, document);
labelling.button(labelling.below, "Export labels", download);
draw();
