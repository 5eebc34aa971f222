// Narrows the list of standards to those with all the words typed. The list is whole without it.
(function () {
  "use strict";
  var place = document.getElementById("find-here");
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-words]"));
  if (!place || !rows.length) { return; }
  var label = document.createElement("label");
  label.htmlFor = "find";
  label.textContent = "Show only standards with these words";
  var input = document.createElement("input");
  input.id = "find";
  input.type = "search";
  input.autocomplete = "off";
  input.spellcheck = false;
  var said = document.createElement("p");
  said.setAttribute("role", "status");
  said.id = "find-said";
  function narrow() {
    var words = input.value.toLowerCase().replace(/-/g, " ").split(/\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row) {
      var text = row.getAttribute("data-words");
      var fits = words.every(function (word) { return text.indexOf(word) !== -1; });
      row.hidden = !fits;
      if (fits) { shown += 1; }
    });
    said.textContent = words.length ? shown + " of " + rows.length + " standards have " + (words.length > 1 ? "these words." : "this word.") : "All " + rows.length + " standards are shown.";
  }
  input.addEventListener("input", narrow);
  place.appendChild(label);
  place.appendChild(input);
  place.appendChild(said);
  place.hidden = false;
  narrow();
}());
