"use strict";
(() => {
  const body = document.getElementById("documents-body");
  if (!body) return;
  const rows = Array.from(body.rows);
  const find = document.getElementById("find");
  const verdict = document.getElementById("by-verdict");
  const code = document.getElementById("by-code");
  const gap = document.getElementById("by-gap");
  const count = document.getElementById("shown");
  const dots = Array.from(document.querySelectorAll(".dot"));
  const total = rows.length;

  for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;

  const shows = (data, words) =>
    (!verdict.value || data.verdict === verdict.value) &&
    (!code.value || ` ${data.codes} `.includes(` ${code.value} `)) &&
    (!gap.value || data.gap === gap.value) &&
    words.every((word) => data.text.includes(word));

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const open = new Set();
    let shown = 0;
    for (const row of rows) {
      const yes = shows(row.dataset, words);
      row.hidden = !yes;
      shown += yes;
      if (yes) open.add(row.dataset.report);
    }
    for (const dot of dots) dot.classList.toggle("faded", !open.has(dot.getAttribute("href")));
    count.textContent = shown === total ? `${total.toLocaleString("en")} documents` : `${shown.toLocaleString("en")} of ${total.toLocaleString("en")} documents`;
    document.getElementById("nothing").hidden = shown > 0;
    for (const button of document.querySelectorAll("[data-code]")) button.setAttribute("aria-pressed", String(button.dataset.code === code.value));
  }

  const value = (row, key) => {
    const text = row.dataset[key];
    return key === "title" ? text : text === "" ? null : Number(text);
  };

  function sort(button) {
    const heading = button.closest("th");
    const up = heading.getAttribute("aria-sort") === "descending" || (!heading.hasAttribute("aria-sort") && "up" in button.dataset);
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = button.dataset.sort;
    const sign = up ? 1 : -1;
    rows.sort((one, two) => {
      const a = value(one, key);
      const b = value(two, key);
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b);
    });
    body.append(...rows);
  }

  for (const control of [find, verdict, code, gap]) control.addEventListener("input", filter);
  document.getElementById("clear").addEventListener("click", () => {
    for (const control of [find, verdict, code, gap]) control.value = "";
    filter();
  });
  for (const button of document.querySelectorAll("[data-sort]")) button.addEventListener("click", () => sort(button));
  for (const button of document.querySelectorAll("[data-code]")) {
    button.addEventListener("click", () => {
      code.value = code.value === button.dataset.code ? "" : button.dataset.code;
      filter();
    });
  }
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row && !event.target.closest("a") && !String(getSelection())) location.href = row.dataset.report;
  });
  filter();
})();
