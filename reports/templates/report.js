"use strict";
(function () {
  var all = function (selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  };

  function sortBy(button) {
    var header = button.closest("th");
    var table = button.closest("table");
    var headers = all("thead th", table);
    var column = headers.indexOf(header);
    var numeric = header.hasAttribute("data-numeric");
    var falling = header.getAttribute("aria-sort") === "ascending";
    headers.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
    header.setAttribute("aria-sort", falling ? "descending" : "ascending");
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows).map(function (row, index) {
      return { row: row, index: index, key: row.cells[column].getAttribute("data-order") };
    });
    rows.sort(function (a, b) {
      if (a.key === "" || b.key === "") {
        return (a.key === "") - (b.key === "") || a.index - b.index;
      }
      var order = numeric ? Number(a.key) - Number(b.key) : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
      return (falling ? -order : order) || a.index - b.index;
    });
    rows.forEach(function (entry) { body.appendChild(entry.row); });
    say(table, "Sorted by " + button.textContent.trim() + (falling ? ", falling." : ", rising."));
  }

  function filterBy(input) {
    var table = document.getElementById(input.getAttribute("data-filters"));
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    var shown = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    say(table, words.length ? shown + " of " + rows.length + " rows" : rows.length + " rows");
  }

  function say(table, text) {
    var status = document.getElementById(table.id + "-status");
    if (status) { status.textContent = text; }
  }

  function download(button) {
    var data = document.getElementById("data").textContent;
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data], { type: "application/json" }));
    link.download = button.getAttribute("data-name");
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  all("th button").forEach(function (button) {
    button.addEventListener("click", function () { sortBy(button); });
  });
  all("input[data-filters]").forEach(function (input) {
    input.closest(".tools").hidden = false;
    input.addEventListener("input", function () { filterBy(input); });
  });
  all("button[data-name]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { download(button); });
  });

  // Paper cannot be clicked: open what is folded, and fold it again afterwards.
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = all("details:not([open])");
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (details) { details.open = false; });
  });
})();
