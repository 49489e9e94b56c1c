// The face in JupyterLab: what is pressed goes to Python, which keeps it at once and says what to show.
function render({ model, el }) {
  el.dataset.lmSuppressShortcuts = "true"; // keys 1 to 6 would change the cell
  el.tabIndex = 0;
  const { show } = face(el, (act, value = "", note = "", stay = false) => model.send({ act, value, note, stay }));
  const draw = () => show(model.get("shown"));
  model.on("change:shown", draw);
  draw();
}
export default { render };
