"use strict";
// Sorting, filtering and choosing columns of the large tables. Every number is on the page without it.
(() => {
  const PREFIX = "#view:";
  const views = [];
  const number = (cell) => {
    const text = cell.textContent.trim().replace(/,/g, "");
    const found = /^[-+<>]?\d/.test(text) ? parseFloat(text.replace(/^[<>+]/, "")) : NaN;
    return found;
  };
  const read = () => {
    const held = new Map();
    if (!location.hash.startsWith(PREFIX)) return held;
    for (const part of location.hash.slice(PREFIX.length).split("&")) {
      const at = part.indexOf("=");
      try { held.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1))); } catch { /* not ours */ }
    }
    return held;
  };
  const write = () => {
    const parts = [];
    views.forEach((view, n) => {
      if (view.column !== null) parts.push(`${n}.sort=${view.column}${view.down ? "d" : "u"}`);
      if (view.filter.value) parts.push(`${n}.find=${encodeURIComponent(view.filter.value)}`);
      if (view.hidden.size) parts.push(`${n}.hide=${[...view.hidden].join(".")}`);
    });
    try { history.replaceState(null, "", parts.length ? PREFIX + parts.join("&") : "#"); } catch { /* a link less */ }
  };
  const make = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const show = (view) => {
    const rows = [...view.rows];
    if (view.column !== null) {
      const value = (row) => number(row.cells[view.column]);
      const word = (row) => row.cells[view.column].textContent.trim();
      rows.sort((a, b) => {
        const one = value(a), other = value(b);
        if (Number.isNaN(one) && Number.isNaN(other)) return word(a).localeCompare(word(b), "en") * (view.down ? -1 : 1);
        if (Number.isNaN(one)) return 1;
        if (Number.isNaN(other)) return -1;
        return view.down ? other - one : one - other;
      });
    }
    const order = view.column === null ? view.all : rows.concat(view.all.filter((row) => !rows.includes(row)));
    view.body.append(...order);
    const wanted = view.filter.value.trim().toLowerCase();
    for (const row of view.rows) row.hidden = !(row.querySelector(".name") || row.cells[1]).textContent.toLowerCase().includes(wanted);
    // A medal line says where it stands among the points; in another order it stands nowhere.
    for (const row of view.all) if (row.classList.contains("human")) row.hidden = view.column !== null || wanted !== "";
    view.heads.forEach((head, n) => {
      if (n === view.column) head.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    for (const row of view.table.rows) {
      let at = 0;
      for (const cell of row.cells) {
        const span = Number(cell.dataset.span || (cell.dataset.span = cell.colSpan));
        let left = 0;
        for (let n = at; n < at + span; n += 1) left += view.hidden.has(n) ? 0 : 1;
        cell.hidden = left === 0;
        cell.colSpan = Math.max(left, 1);
        at += span;
      }
    }
    view.boxes.forEach((box, n) => { if (box) box.checked = !view.hidden.has(n); });
  };
  const changed = (view) => { show(view); write(); };
  const prepare = (table, n) => {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const view = { table, body, heads, all: [...body.rows], column: null, down: true, hidden: new Set(), boxes: [] };
    view.rows = view.all.filter((row) => !row.classList.contains("human"));
    const tools = make("div", "", "tools"), word = make("label", "Find "), menu = make("details"), list = make("ul");
    view.filter = make("input");
    view.filter.type = "search";
    view.filter.addEventListener("input", () => changed(view));
    word.append(view.filter);
    menu.append(make("summary", "Columns"), list);
    heads.forEach((head, at) => {
      const name = head.firstChild.textContent.trim();
      const small = head.querySelector("small"), button = make("button", name, "sort");
      button.type = "button";
      button.addEventListener("click", () => {
        const first = !head.classList.contains("who") && !head.classList.contains("rank");
        if (view.column !== at) [view.column, view.down] = [at, first];
        else if (view.down === first) view.down = !first;
        else view.column = null;
        changed(view);
      });
      head.replaceChildren(button, ...(small ? [small] : []));
      view.boxes.push(null);
      if (head.classList.contains("who") || head.classList.contains("rank")) return;
      const item = make("li"), own = make("label"), box = make("input");
      box.type = "checkbox";
      box.addEventListener("change", () => {
        if (box.checked) view.hidden.delete(at); else view.hidden.add(at);
        changed(view);
      });
      own.append(box, ` ${name}`);
      item.append(own);
      list.append(item);
      view.boxes[at] = box;
    });
    tools.append(word, menu);
    table.parentElement.before(tools);
    views[n] = view;
  };
  const restore = () => {
    const held = read();
    views.forEach((view, n) => {
      const sort = /^(\d+)([du])$/.exec(held.get(`${n}.sort`) || "");
      view.column = sort && Number(sort[1]) < view.heads.length ? Number(sort[1]) : null;
      view.down = sort ? sort[2] === "d" : true;
      view.filter.value = held.get(`${n}.find`) || "";
      view.hidden = new Set((held.get(`${n}.hide`) || "").split(".").filter(Boolean).map(Number).filter((at) => view.boxes[at]));
      show(view);
    });
  };
  document.querySelectorAll("table.leaderboard, table.scoreboard").forEach(prepare);
  restore();
  window.addEventListener("hashchange", () => { if (location.hash === "" || location.hash.startsWith(PREFIX)) restore(); });
})();
