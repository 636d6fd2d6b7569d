/** What stands in a chat about agents, what they ask, and files. */
export const chatAgents = {
  "Agent: {words}": "Agent: {words}",
  "An agent does not work part by part: let it read them in its folder, or send this without an agent.":
    "Ein Agent arbeitet nicht Teil für Teil: Lass ihn die Dateien in seinem Ordner lesen, oder sende das ohne Agent.",
  "An agent works step by step in one folder, and asks before it changes anything. It works alone: not part by part, in a batch, or beside another model.":
    "Ein Agent arbeitet Schritt für Schritt in einem Ordner und fragt, bevor er etwas ändert. Er arbeitet allein: nicht Teil für Teil, nicht im Batch und nicht neben einem anderen Modell.",
  "Another agent": "Anderer Agent",
  "Answer with this": "Damit antworten",
  "Ask anew": "Neu fragen",
  "Ask one model only": "Nur ein Modell fragen",
  "Choose a folder…": "Ordner wählen …",
  "Chooses an agent and its folder": "Wählt einen Agenten und seinen Ordner",
  "Drop files or a folder to ask about them": "Dateien oder Ordner hier ablegen und dazu fragen",
  "Enter opens the agents. What stands after it stays.": "Enter öffnet die Agenten. Was dahinter steht, bleibt.",
  "Esc does not stop an agent. Use Stop.": "Esc stoppt keinen Agenten. Nimm „Stoppen“.",
  "Files go only with what is asked anew.": "Dateien gehen nur mit, wenn du neu fragst.",
  "First file": "Erste Datei",
  "First page": "Erste Seite",
  "First sheet": "Erstes Blatt",
  "First slide": "Erste Folie",
  "Hidden files, and what .gitignore and .ignore name, are not looked at.":
    "Versteckte Dateien und was .gitignore und .ignore nennen, werden nicht angesehen.",
  "It can plan and ask, and reads and changes no files.":
    "Er kann planen und fragen und liest und ändert keine Dateien.",
  "Last file": "Letzte Datei",
  "Last page": "Letzte Seite",
  "Last sheet": "Letztes Blatt",
  "Last slide": "Letzte Folie",
  "No agent": "Kein Agent",
  "No folder": "Kein Ordner",
  "Not attached": "Nicht angehängt",
  "not sent": "nicht gesendet",
  "of {places}": "von {places}",
  "Only pages {from}–{to}": "Nur Seiten {from}–{to}",
  "Other files": "Andere Dateien",
  "Other pages": "Andere Seiten",
  "Other sheets": "Andere Blätter",
  "Other slides": "Andere Folien",
  "Part by part, in the background": "Teil für Teil, im Hintergrund",
  "Part by part, in {requests} requests or some more, nothing of them is skipped, and each result names its place.":
    "Teil für Teil, in {requests} Anfragen oder etwas mehr, wird nichts davon ausgelassen, und jedes Ergebnis nennt seine Stelle.",
  "Pasted text.txt": "Eingefügter Text.txt",
  Reading: "Wird gelesen",
  "Reading, {done} of {of}": "Wird gelesen, {done} von {of}",
  "Send without it": "Ohne sie senden",
  "Send without them": "Ohne sie senden",
  "Show files": "Dateien zeigen",
  "Show me its plan before it changes anything": "Mir den Plan zeigen, bevor er etwas ändert",
  "Show the files of {folder}": "Dateien von {folder} zeigen",
  "Some files": "Einige Dateien",
  "Some pages": "Einige Seiten",
  "Some sheets": "Einige Blätter",
  "Some slides": "Einige Folien",
  "Tell the agent": "Dem Agenten sagen",
  "the agent": "Der Agent",
  "The files are {tokens}, and {model} takes {most} with question and answer. Choose a model that takes more, or fewer pages.":
    "Die Dateien umfassen {tokens}, und {model} fasst {most} samt Frage und Antwort. Wähle ein Modell, das mehr fasst, oder weniger Seiten.",
  "The files are {tokens}.": "Die Dateien umfassen {tokens}.",
  "The model answers by itself.": "Das Modell antwortet selbst.",
  "They can be read part by part once the picture is taken out: pictures are looked at as a whole.":
    "Sie können Teil für Teil gelesen werden, sobald das Bild entfernt ist: Bilder werden als Ganzes angesehen.",
  "Two models answer the next prompt side by side, and an agent works alone.":
    "Zwei Modelle beantworten den nächsten Prompt nebeneinander, und ein Agent arbeitet allein.",
  "Use these": "Diese nehmen",
  "Where does {name} work?": "Wo arbeitet {name}?",
  "Without an agent": "Ohne Agent",
  "Without {words}": "Ohne {words}",
  "Work in a copy, and offer a git branch": "In einer Kopie arbeiten und einen Git-Zweig anbieten",
  "{agent} waits for an answer. Is this the answer, a remark that leaves it open, or a new question?":
    "{agent} wartet auf eine Antwort. Ist das die Antwort, eine Bemerkung, die sie offen lässt, oder eine neue Frage?",
  "{agent} waits for you here. Is this for it, or a new question?":
    "{agent} wartet hier auf dich. Ist das für den Agenten oder eine neue Frage?",
  "{agent} works alone, so two models cannot answer side by side.":
    "{agent} arbeitet allein, daher können nicht zwei Modelle nebeneinander antworten.",
  "{agent} works with one model, so there is none to compare it with.":
    "{agent} arbeitet mit einem Modell, daher gibt es keines zum Vergleichen.",
  "{model} does not look at pictures. Choose a model that does.":
    "{model} sieht keine Bilder an. Wähle ein Modell, das es kann.",
  "{n, plural, one {# file} other {# files}} left out": "{n, plural, one {# Datei} other {# Dateien}} ausgelassen",
  "{n, plural, one {# file} other {# files}} sent": "{n, plural, one {# Datei} other {# Dateien}} gesendet",
  "{n, plural, one {# file} other {# files}} sent of {places}": "{n, number} von {places} Dateien gesendet",
  "{name} could not be attached, and will not be sent.":
    "{name} konnte nicht angehängt werden und wird nicht gesendet.",
  "{n} files could not be attached, and will not be sent.":
    "{n} Dateien konnten nicht angehängt werden und werden nicht gesendet.",
} as const;
