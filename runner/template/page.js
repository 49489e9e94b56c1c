"use strict";
(() => {
  const make = (tag, fields, ...children) => {
    const node = Object.assign(document.createElement(tag), fields);
    node.append(...children);
    return node;
  };
  const text = (node) => node.textContent.toLowerCase();

  // Tables: click a heading to sort, type to filter.
  const key = (row, column) => {
    const cell = row.cells[column];
    const said = cell ? cell.textContent.trim() : "";
    const number = Number.parseFloat(said.replace(/[,\s%]/g, ""));
    return Number.isNaN(number) ? said.toLowerCase() : number;
  };
  const sorted = (table, column, direction) => {
    const rows = [...table.tBodies[0].rows].map((row) => [key(row, column), row]);
    const rank = (a) => (a === "" ? 2 : typeof a === "string" ? 1 : 0);
    rows.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0) * direction);
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  const sortable = (table) => {
    const headings = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    headings.forEach((heading, column) => {
      const button = make("button", { type: "button" }, ...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        sorted(table, column, down ? -1 : 1);
      });
    });
  };
  const searchable = (where, items, label) => {
    const count = make("span", { className: "quiet" });
    count.setAttribute("role", "status");
    const input = make("input", { type: "search" });
    const find = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const item of items) {
        item.hidden = !words.every((word) => text(item).includes(word));
        shown += item.hidden ? 0 : 1;
      }
      count.textContent = words.length ? `${shown} of ${items.length}` : "";
    };
    input.addEventListener("input", find);
    where.before(make("div", { className: "tool" }, make("label", {}, `${label} `, input), count));
  };
  for (const table of document.querySelectorAll("main table:not(.plain):not(.facts)")) {
    if (!table.tHead || !table.tHead.rows.length || !table.tBodies.length) continue;
    sortable(table);
    if (!table.parentElement.matches(".wide, .shown > .wide")) {
      const wide = make("div", { className: "wide", tabIndex: 0 });
      table.before(wide);
      wide.append(table);
    }
    const rows = [...table.tBodies[0].rows];
    if (rows.length > 8) searchable(table.parentElement, rows, "Find in table");
  }
  for (const browser of document.querySelectorAll(".il-trials")) {
    const trials = [...browser.querySelectorAll(".il-trial")];
    if (trials.length > 3) searchable(browser, trials, "Find in conversations");
  }
  // Figures that are drawn as SVG can be saved as they are.
  for (const image of document.querySelectorAll('.il-figure img[src^="data:image/svg"]')) {
    const caption = image.closest("figure").querySelector("figcaption");
    if (caption) caption.append(" ", make("a", { href: image.src, download: "figure.svg" }, "SVG"));
  }
  addEventListener("beforeprint", () => { const fold = document.getElementById("more"); if (fold) fold.open = true; });

  // The first screen: cards that do not fit are folded under the others, the last first; one stays where no strip is shown.
  const [cards, more] = [document.getElementById("cards"), document.getElementById("more")];
  if (cards && more) {
    const folded = more.querySelector(".cards");
    const below = () => (more.hidden ? cards : more).getBoundingClientRect().bottom + scrollY > innerHeight;
    const strip = document.querySelector(".strip");
    const least = strip && strip.offsetHeight ? 0 : 1;
    for (const link of strip ? strip.querySelectorAll("a") : []) {
      link.addEventListener("click", () => {
        const fold = document.getElementById(link.hash.slice(1))?.closest("details");
        if (fold) fold.open = true;
      });
    }
    while (cards.children.length > least && below()) {
      folded.prepend(cards.lastElementChild);
      more.hidden = false;
    }
    more.querySelector(".more__count").textContent = folded.children.length;
  }

  // The index: filter by what the cards say of themselves, compare two.
  const box = document.getElementById("runs");
  if (!box) return;
  const runs = [...box.querySelectorAll(".run")];
  const filters = document.getElementById("filters");
  const chosen = {};
  const apply = () => {
    for (const run of runs) {
      run.hidden = !Object.entries(chosen).every(([name, value]) =>
        !value || (name === "words" ? text(run).includes(value) : name === "since" ? run.dataset.date >= value
          : run.dataset[name].split(" ").includes(value)));
    }
    count.textContent = `${runs.filter((run) => !run.hidden).length} of ${runs.length} shown`;
  };
  const control = (name, label, node) => {
    node.addEventListener("input", () => { chosen[name] = node.value.toLowerCase && name === "words" ? node.value.toLowerCase() : node.value; apply(); });
    filters.append(make("label", {}, `${label} `, node));
  };
  const select = (name) => {
    const values = [...new Set(runs.flatMap((run) => run.dataset[name].split(" ")))].filter(Boolean).sort();
    return make("select", {}, make("option", { value: "" }, "all"), ...values.map((value) => make("option", { value }, value)));
  };
  const count = make("span", { className: "quiet" });
  count.setAttribute("role", "status");
  if (runs.length > 1) {
    control("words", "Find", make("input", { type: "search" }));
    for (const name of ["model", "probe", "state"]) control(name, name[0].toUpperCase() + name.slice(1), select(name));
    control("since", "Since", make("input", { type: "date" }));
    filters.append(count, make("span", { className: "quiet" }, "Tick two runs to compare them."));
    filters.hidden = false;
  }
  const facts = (run) => new Map([...run.querySelectorAll("table.facts tr")].map((row) => [row.cells[0].textContent, row.cells[1].textContent]));
  const comparison = document.getElementById("comparison");
  const compare = () => {
    const two = runs.filter((run) => run.querySelector(".choose input").checked);
    comparison.hidden = two.length !== 2;
    if (two.length !== 2) return;
    const [left, right] = two.map(facts);
    const names = [...new Set([...left.keys(), ...right.keys()])];
    const title = (run) => `${run.querySelector("h2 + .quiet").textContent.split(":")[0]} (${run.dataset.model})`;
    const head = make("tr", {}, ...["", ...two.map(title)].map((said) => make("th", { scope: "col" }, said)));
    const rows = names.map((name) => make("tr", { className: (left.get(name) === right.get(name)) ? "" : "differs" },
      make("th", { scope: "row" }, name), make("td", {}, left.get(name) ?? "none"), make("td", {}, right.get(name) ?? "none")));
    comparison.querySelector(".wide").replaceChildren(make("table", { className: "plain" }, make("thead", {}, head), make("tbody", {}, ...rows)));
    comparison.scrollIntoView({ block: "nearest" });
  };
  if (runs.length > 1) {
    for (const run of runs) {
      const tick = make("input", { type: "checkbox" });
      tick.addEventListener("change", () => {
        const ticked = runs.filter((other) => other !== run && other.querySelector(".choose input").checked);
        if (ticked.length > 1) ticked[0].querySelector(".choose input").checked = false;
        compare();
      });
      run.append(make("label", { className: "choose" }, tick, " compare"));
    }
  }
})();
