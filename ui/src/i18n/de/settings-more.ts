/** The settings: notices and channels, keys, appearance, window, data and the proof. */
export const settingsMore = {
  "1 to 40 letters, digits, dots, dashes or underscores.":
    "1 bis 40 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.",
  "1 to 64 letters, digits, dashes or underscores.": "1 bis 64 Buchstaben, Ziffern, Binde- oder Unterstriche.",
  "A number, usually 465 or 587.": "Eine Zahl, meist 465 oder 587.",
  "A question or a refused key is told at once, also at night.":
    "Eine Frage oder ein abgelehnter Schlüssel wird sofort gemeldet, auch nachts.",
  "A small field above all windows, for a new chat or for the background.":
    "Ein kleines Feld über allen Fenstern, für einen neuen Chat oder den Hintergrund.",
  "Add a channel": "Kanal hinzufügen",
  "Add, then test it": "Hinzufügen, dann testen",
  "Address of the incoming webhook": "Adresse des eingehenden Webhooks",
  "All chats in one file: Markdown to read, or JSON lines with every version, which a Meanwhile elsewhere imports. Attached files and the trash are not in it.":
    "Alle Chats in einer Datei: Markdown zum Lesen oder JSON-Zeilen mit jeder Fassung, die ein anderes Meanwhile importiert. Angehängte Dateien und der Papierkorb sind nicht dabei.",
  "Also {first} and {second}, on every page.": "Auch mit {first} und {second}, auf jeder Seite.",
  "Also {keys}": "Auch {keys}",
  "Also {keys}, on every page.": "Auch mit {keys}, auf jeder Seite.",
  Always: "Immer",
  "An address such as name@example.org.": "Eine Adresse wie name@example.org.",
  "An address that begins with https://.": "Eine Adresse, die mit https:// beginnt.",
  "An agent says something": "Ein Agent meldet etwas",
  "Another way to be told.": "Ein weiterer Weg für Mitteilungen.",
  App: "App",
  Appearance: "Darstellung",
  "Ask from anywhere": "Von überall fragen",
  "Asking the desktop.": "Der Desktop wird gefragt.",
  "Back after {ms, plural, one {# millisecond} other {# milliseconds}} with all of it. It goes on.":
    "Nach {ms, plural, one {# Millisekunde} other {# Millisekunden}} zurück, mit allem. Es geht weiter.",
  "Back after {ms, plural, one {# millisecond} other {# milliseconds}}; {lost, plural, one {# byte} other {# bytes}} of it are gone.":
    "Nach {ms, plural, one {# Millisekunde} other {# Millisekunden}} zurück; {lost, plural, one {# Byte davon ist} other {# Bytes davon sind}} weg.",
  "Back up now": "Jetzt sichern",
  "Backing up": "Sichert …",
  Backups: "Sicherungen",
  "Be told by e-mail, in Slack, on your phone by ntfy, or have a program of yours called.":
    "Lass es dir per E-Mail, in Slack oder mit ntfy auf dem Handy sagen, oder lass ein eigenes Programm aufrufen.",
  "Change it": "Ändern",
  "Change it of {name}": "{name} ändern",
  "Change password": "Passwort ändern",
  "Change password of {name}": "Passwort von {name} ändern",
  "Change the keys of {command}, now {keys}": "Tasten von „{command}“ ändern, jetzt {keys}",
  "Change the shortcut, now {keys}": "Tastenkürzel ändern, jetzt {keys}",
  "Change {name}": "{name} ändern",
  "Chats exported.": "Chats exportiert.",
  "Chats from ChatGPT, Claude or Meanwhile": "Chats aus ChatGPT, Claude oder Meanwhile",
  "Chats, tasks and results, all on this computer.": "Chats, Aufgaben und Ergebnisse, alles auf diesem Computer.",
  "Copied.": "Kopiert.",
  Dark: "Dunkel",
  Data: "Daten",
  Desktop: "Desktop",
  "Did it arrive?": "Ist er angekommen?",
  "Did the test to {name} arrive?": "Ist der Test an {name} angekommen?",
  "Does it arrive?": "Kommt es an?",
  "E-mail": "E-Mail",
  "E-mail to {to} through {host}": "E-Mail an {to} über {host}",
  Encryption: "Verschlüsselung",
  "Enter sends": "Enter sendet",
  "Export everything": "Alles exportieren",
  "Failed {age}: {message}": "Fehlgeschlagen, {age}: {message}",
  "From and until": "Von und bis",
  "From, quiet hours": "Ruhezeiten, von",
  "Halfway, with 10 steps or more": "Halb fertig, ab 10 Schritten",
  "Heard it. {keys} opens Quick ask from any program.":
    "Angekommen. {keys} öffnet die Schnellfrage aus jedem Programm.",
  "Hidden, in the tray. Work that was cut goes on by itself.":
    "Verborgen, in der Systemleiste. Unterbrochene Arbeit geht von selbst weiter.",
  "Hidden, without a window. Work that was cut goes on by itself.":
    "Verborgen, ohne Fenster. Unterbrochene Arbeit geht von selbst weiter.",
  "Hide content": "Inhalt verbergen",
  "High contrast": "Hoher Kontrast",
  "Hold Ctrl, Alt or the system key as well.": "Halte auch Ctrl, Alt oder die Systemtaste gedrückt.",
  "If the server asks for one.": "Falls der Server danach fragt.",
  "If the topic needs one.": "Falls das Topic eines braucht.",
  "Import chats": "Chats importieren",
  Importing: "Importiert …",
  "It gets one POST with JSON for each outcome, and is kept where your keys are.":
    "Sie bekommt für jedes Ergebnis einen POST mit JSON und wird dort aufbewahrt, wo deine Schlüssel sind.",
  "It is kept where your keys are.": "Wird dort aufbewahrt, wo deine Schlüssel sind.",
  "It is told nothing more, also not what waits to be sent, and its password or address is forgotten.":
    "Er bekommt nichts mehr, auch nicht, was noch auf das Senden wartet, und sein Passwort oder seine Adresse wird vergessen.",
  "JSON lines…": "JSON-Zeilen …",
  "Keep working when the window closes": "Weiterarbeiten, wenn das Fenster geschlossen wird",
  Keyboard: "Tastatur",
  "Killed after {n, plural, one {# byte} other {# bytes}} were shown.":
    "Gewaltsam beendet, nachdem {n, plural, one {# Byte gezeigt war} other {# Bytes gezeigt waren}}.",
  Kind: "Art",
  Language: "Sprache",
  Large: "Groß",
  Larger: "Größer",
  "Leave it": "So lassen",
  "Leave it empty to keep the one it has.": "Lass es leer, um zu behalten, was da ist.",
  Light: "Hell",
  "Light or dark as the system says, with every edge drawn.": "Hell oder dunkel wie das System, mit allen Kanten.",
  Listening: "Hört zu …",
  "Mail server": "Mail-Server",
  "Markdown…": "Markdown …",
  "Meanwhile goes on in the tray. Background work is not interrupted.":
    "Meanwhile läuft in der Systemleiste weiter. Arbeit im Hintergrund wird nicht unterbrochen.",
  "Meanwhile goes on. Background work is not interrupted.":
    "Meanwhile läuft weiter. Arbeit im Hintergrund wird nicht unterbrochen.",
  "Near or at its cap": "Am Limit oder kurz davor",
  No: "Nein",
  "No desktop notices; messages to your channels wait until they end, unless you looked at the task by then.":
    "Keine Mitteilungen auf dem Desktop; Nachrichten an deine Kanäle warten bis zu ihrem Ende, außer du hast die Aufgabe bis dahin angesehen.",
  "No keys": "Keine Tasten",
  "no keys": "keine Tasten",
  "No keys for {command}": "Keine Tasten für „{command}“",
  "No notice service was found.": "Es wurde kein Dienst für Mitteilungen gefunden.",
  "No tray was found on this desktop. Work goes on after the window closes; start Meanwhile again to get the window back.":
    "Auf diesem Desktop wurde keine Systemleiste gefunden. Die Arbeit geht weiter, wenn das Fenster geschlossen ist; starte Meanwhile noch einmal, um das Fenster zurückzuholen.",
  "None yet. One a day is made and checked while there is news, and seven are kept.":
    "Noch keine. Solange es Neues gibt, wird jeden Tag eine angelegt und geprüft; sieben werden aufbewahrt.",
  "None, on this computer only": "Keine, nur auf diesem Computer",
  "Not tested yet": "Noch nicht getestet",
  "Nothing is sent to it before a test arrived. The test is exactly this:":
    "Bevor ein Test angekommen ist, wird nichts dorthin gesendet. Der Test ist genau das hier:",
  "Nothing was imported.": "Es wurde nichts importiert.",
  "Nothing was lost: killed {kills} times, 0 of {n, plural, one {# byte} other {# bytes}} gone, told once. The answer is the same as without a kill, and its data passed every check.":
    "Nichts ging verloren: {kills}-mal gewaltsam beendet, 0 von {n, plural, one {# Byte} other {# Bytes}} weg, einmal gemeldet. Die Antwort ist dieselbe wie ohne Abbruch, und die Daten haben jede Prüfung bestanden.",
  Notices: "Mitteilungen",
  "ntfy, topic {topic} at {server}": "ntfy, Topic {topic} bei {server}",
  "Off: closing the window quits. Running answers are cut and go on from there at the next start.":
    "Aus: Das Schließen des Fensters beendet Meanwhile. Laufende Antworten werden unterbrochen und gehen beim nächsten Start dort weiter.",
  "Off: Enter begins a new line, and {keys} sends.": "Aus: Enter beginnt eine neue Zeile, {keys} sendet.",
  "Once more": "Noch einmal",
  "Open the newest": "Neuesten öffnen",
  Password: "Passwort",
  Port: "Port",
  "Press the new keys": "Neue Tasten drücken",
  "Press the new keys, Esc to leave it": "Drück die neuen Tasten, Esc lässt es so",
  "Press {keys} now.": "Drück jetzt {keys}.",
  "Presses are listened for, ten seconds long.": "Zehn Sekunden lang wird auf die Tasten gewartet.",
  "Prove it": "Beweis",
  "Pull the plug": "Stecker ziehen",
  "Quiet hours": "Ruhezeiten",
  Quit: "Beenden",
  "Ready, but notices here cannot be pressed. Open the task from the list instead.":
    "Bereit, aber Mitteilungen lassen sich hier nicht anklicken. Öffne die Aufgabe stattdessen aus der Liste.",
  "Ready. A press on a notice opens its task.": "Bereit. Ein Klick auf eine Mitteilung öffnet ihre Aufgabe.",
  "Remove {name}?": "{name} entfernen?",
  "Requests to {host}": "Anfragen an {host}",
  Reset: "Zurücksetzen",
  "Reset all": "Alles zurücksetzen",
  "Reset the keys of {command}": "Tasten von „{command}“ zurücksetzen",
  "Reset this section: {section}": "Diesen Abschnitt zurücksetzen: {section}",
  "Running answers are cut and go on from there at the next start.":
    "Laufende Antworten werden unterbrochen und gehen beim nächsten Start dort weiter.",
  "Running…": "Läuft …",
  "Save, then test it": "Speichern, dann testen",
  'Says "A task is done" instead of its title and text, on the lock screen and on every channel.':
    "Sagt „Eine Aufgabe ist fertig“ statt Titel und Text, auf dem Sperrbildschirm und in jedem Kanal.",
  "Send a test": "Test senden",
  "Send a test to {name}": "Test an {name} senden",
  "Send to": "Senden an",
  "Sending…": "Wird gesendet …",
  "Sent. It should be on the desktop now.": "Gesendet. Sie sollte jetzt auf dem Desktop stehen.",
  Server: "Server",
  Shortcut: "Tastenkürzel",
  "Shown so far": "Bisher gezeigt",
  Size: "Größe",
  "Slack gives it to you. Whoever has it can write there, so it is kept where your keys are.":
    "Du bekommst sie von Slack. Wer sie hat, kann dort schreiben, darum wird sie dort aufbewahrt, wo deine Schlüssel sind.",
  "Slack, through {host}": "Slack, über {host}",
  Small: "Klein",
  "Starting…": "Startet …",
  "Starts a second Meanwhile with an empty folder and a practice prompt, kills it three times in the middle of its answer, and compares what was shown with what is left. About 15 seconds; your chats are not touched.":
    "Startet ein zweites Meanwhile mit leerem Ordner und einem Übungsprompt, beendet es dreimal gewaltsam mitten in der Antwort und vergleicht, was gezeigt wurde, mit dem, was übrig ist. Etwa 15 Sekunden; deine Chats bleiben unberührt.",
  "STARTTLS, usually port 587": "STARTTLS, meist Port 587",
  System: "System",
  "Tell me on the desktop": "Auf dem Desktop melden",
  "Test the keys": "Tasten testen",
  "Tested, and waits for your word": "Getestet, wartet auf deine Bestätigung",
  "Text size": "Textgröße",
  "The answer is not the one that an undisturbed run gives.":
    "Die Antwort ist nicht die, die ein ungestörter Lauf gibt.",
  "The channels could not be read.": "Die Kanäle konnten nicht gelesen werden.",
  "The end was told {n, plural, one {# time} other {# times}} instead of once.":
    "Das Ende wurde {n, plural, other {#-mal}} gemeldet statt einmal.",
  "The list of tasks always has everything, once. Desktop notices and channels come on top; after a crash a desktop notice may come twice, and a message that may have left is never sent again.":
    "In der Liste der Aufgaben steht immer alles, einmal. Mitteilungen auf dem Desktop und Kanäle kommen dazu; nach einem Absturz kann eine Mitteilung zweimal kommen, und eine Nachricht, die vielleicht schon weg ist, wird nie noch einmal gesendet.",
  "The password is missing.": "Das Passwort fehlt.",
  "The server that takes your mail, such as mail.example.org.":
    "Der Server, der deine Mails annimmt, etwa mail.example.org.",
  "The test for {name}": "Der Test für {name}",
  "The zip that the first two send you as an export, the conversations.json in it, or chats exported here as JSON lines. What is here already stays as it is.":
    "Die Zip-Datei, die dir die ersten beiden als Export schicken, die conversations.json darin oder hier als JSON-Zeilen exportierte Chats. Was schon da ist, bleibt, wie es ist.",
  Theme: "Design",
  "This desktop does not let programs have global shortcuts.":
    "Dieser Desktop erlaubt Programmen keine globalen Tastenkürzel.",
  "This desktop has no notice service, so nothing can be shown there. Outcomes stand in the list of tasks, with a dot until you have seen them.":
    "Dieser Desktop hat keinen Dienst für Mitteilungen, dort kann also nichts gezeigt werden. Ergebnisse stehen in der Liste der Aufgaben, mit einem Punkt, bis du sie gesehen hast.",
  "This shortcut belongs to another program. Choose another one.":
    "Dieses Tastenkürzel gehört zu einem anderen Programm. Wähle ein anderes.",
  "This should not happen; please report it with these lines.":
    "Das sollte nicht passieren; bitte melde es mit diesen Zeilen.",
  "TLS, usually port 465": "TLS, meist Port 465",
  Token: "Token",
  Topic: "Topic",
  "Until, quiet hours": "Ruhezeiten, bis",
  "Use it here": "Hier verwenden",
  User: "Benutzer",
  Usual: "Normal",
  Version: "Version",
  "What came before that is kept: {n, plural, one {# chat} other {# chats}}. Import the file again when this is mended; nothing comes twice.":
    "Was davor kam, bleibt: {n, plural, one {# Chat} other {# Chats}}. Importiere die Datei noch einmal, wenn das behoben ist; nichts kommt doppelt.",
  "What is chosen below. Silent while you look at that task.":
    "Was unten gewählt ist. Still, solange du die Aufgabe ansiehst.",
  "What is told where": "Was wo gemeldet wird",
  "What needs you passes": "Was dich braucht, kommt durch",
  "When a task in the background": "Bei Aufgaben im Hintergrund",
  "Whoever knows the name of an open topic can read it, so choose one that nobody guesses.":
    "Wer den Namen eines offenen Topics kennt, kann mitlesen. Wähle einen, den niemand errät.",
  "Works, last used {age}": "Funktioniert, zuletzt benutzt {age}",
  "Works, last used {age}, until you quit: this computer has no keychain":
    "Funktioniert, zuletzt benutzt {age}, nur bis zum Beenden: Dieser Computer hat keinen Schlüsselbund",
  "Works, not used yet": "Funktioniert, noch nicht benutzt",
  "Works, not used yet, until you quit: this computer has no keychain":
    "Funktioniert, noch nicht benutzt, nur bis zum Beenden: Dieser Computer hat keinen Schlüsselbund",
  "Yes, use it": "Ja, verwenden",
  "{chats, plural, one {# chat} other {# chats}} imported, with {prompts, plural, one {# prompt} other {# prompts}}.":
    "{chats, plural, one {# Chat} other {# Chats}} importiert, mit {prompts, plural, one {# Prompt} other {# Prompts}}.",
  "{keys} begins a new line.": "{keys} beginnt eine neue Zeile.",
  '{keys} belongs to "{command}", which keeps it.': "{keys} gehört zu „{command}“ und bleibt dort.",
  '{keys} belongs to "{command}". Used here, that is left without these keys.':
    "{keys} gehört zu „{command}“. Wenn du es hier verwendest, hat „{command}“ diese Tasten nicht mehr.",
  "{keys} belongs to another program. Choose another one.":
    "{keys} gehört zu einem anderen Programm. Wähle ein anderes.",
  "{keys} did not arrive within ten seconds. Another program or the desktop may take it first: choose other keys, or bind a key to meanwhile open in the keyboard settings of your desktop.":
    "{keys} ist in zehn Sekunden nicht angekommen. Vielleicht nimmt es ein anderes Programm oder der Desktop zuerst: Wähle andere Tasten, oder lege in den Tastatureinstellungen deines Desktops eine Taste auf meanwhile open.",
  "{keys} did not arrive: this desktop does not give it to Meanwhile. Bind a key to meanwhile open in the keyboard settings of your desktop.":
    "{keys} ist nicht angekommen: Dieser Desktop gibt es nicht an Meanwhile weiter. Lege in den Tastatureinstellungen deines Desktops eine Taste auf meanwhile open.",
  "{keys} opens Quick ask from any program.": "{keys} öffnet die Schnellfrage aus jedem Programm.",
  "{lost} of {n, plural, one {# byte} other {# bytes}} that were shown are gone.":
    "{lost} von {n, plural, one {# gezeigten Byte} other {# gezeigten Bytes}} sind weg.",
  "{n, plural, one {# chat already here, left as it is} other {# chats already here, left as they are}}.":
    "{n, plural, one {# Chat war schon da und bleibt, wie er ist} other {# Chats waren schon da und bleiben, wie sie sind}}.",
  "{n, plural, one {# command} other {# commands}}": "{n, plural, one {# Befehl} other {# Befehle}}",
  "{n, plural, one {# command} other {# commands}}, {changed} changed":
    "{n, plural, one {# Befehl} other {# Befehle}}, {changed} geändert",
  "{n} kept, the newest <time>{age}</time>. The command <code>meanwhile restore</code> goes back to it.":
    "{n} aufbewahrt, die neueste <time>{age}</time>. Der Befehl <code>meanwhile restore</code> führt zu ihr zurück.",
  "{n} left out: {reason}.": "{n} ausgelassen: {reason}.",
  "{n} of {whole, plural, one {# byte} other {# bytes}} shown":
    "{n} von {whole, plural, one {# Byte} other {# Bytes}} gezeigt",
  "{section}: as Meanwhile came.": "{section}: wieder wie am Anfang.",
} as const;
