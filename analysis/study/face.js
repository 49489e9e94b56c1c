"use strict";
// What a labeller sees and presses, in JupyterLab and in the form: draws what `show` is given, tells `act` what was done.
function face(root, act, keys = root) {
  root.classList.add("il-labelling");
  const make = (tag, parent, about = {}) => parent.appendChild(Object.assign(document.createElement(tag), about));
  const asked = make("p", root), bar = make("p", root);
  const progress = make("progress", bar), count = make("span", bar, { className: "count" });
  count.setAttribute("role", "status");
  const item = make("main", root, { className: "item" }), classes = make("div", root, { className: "classes" });
  item.setAttribute("aria-live", "polite");
  const note = make("textarea", make("label", make("p", root), { textContent: "Note " }), { rows: 2, className: "note" });
  const below = make("p", root, { className: "below" });
  const button = (parent, text, done) => { const made = make("button", parent, { textContent: text }); made.addEventListener("click", done); return made; };
  let shown = { classes: [] };
  const label = (name) => act("label", name, note.value);
  for (const [text, what, value] of [["\u2190 Back", "move", -1], ["Next \u2192", "move", 1], ["Undo", "undo"]]) button(below, text, () => act(what, value, note.value));
  note.addEventListener("change", () => { if (shown.label) act("label", shown.label, note.value, true); });
  keys.addEventListener("keydown", (event) => {
    if (event.target === note || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "Escape") note.blur();
      if (keys === root) event.stopPropagation();
      return;
    }
    const key = event.key.toLowerCase(), name = shown.classes[Number(key) - 1];
    if (name) label(name);
    else if (key === "u") act("undo");
    else if (key === "n") note.focus();
    else if (key === "arrowleft") act("move", -1);
    else if (key === "arrowright") act("move", 1);
    else return;
    event.preventDefault();
    event.stopPropagation(); // a notebook has keys of its own
  });
  function show(state) {
    shown = state;
    asked.textContent = `${state.question.replace(/[^.?!]$/, "$&.")} Label the turn in the blue frame. Keys: 1 to ${state.classes.length} label, U undoes, N writes a note (Escape leaves it), the arrows move.`;
    item.replaceChildren();
    state.turns.forEach(([role, text], k) => {
      const turn = make("div", item, { className: k === state.turns.length - 1 ? "turn turn--last" : "turn" });
      make("p", turn, { className: "role", textContent: role });
      make("div", turn, { textContent: text || "(nothing)" });
    });
    if (!classes.children.length) state.classes.forEach((name, k) => button(classes, `${k + 1} ${name.replaceAll("_", " ")}`, () => label(name)));
    state.classes.forEach((name, k) => classes.children[k].setAttribute("aria-pressed", String(state.label === name)));
    note.value = state.note;
    Object.assign(progress, { max: state.of, value: state.done });
    count.textContent = ` ${state.done} of ${state.of} labelled; this is number ${state.at + 1}`;
  }
  return { show, below, button };
}
