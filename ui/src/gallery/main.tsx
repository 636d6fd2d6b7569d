// Every component in every state on one page, for the eye and for pictures. `gallery.html?theme=dark&dir=rtl`. Never shipped.
import "../styles/tokens.css";
import "../styles/base.css";
import "../stream/stream.css";
import { createRoot } from "react-dom/client";
import { makeFake } from "../ipc/fake";
import { actions, connect } from "../state/actions";
import { connectTexts } from "../stream/texts";
import { EVERY, everyRow } from "./every-row";
import { Gallery } from "./gallery";
import "./gallery.css";

const query = new URLSearchParams(location.search);
document.documentElement.dataset.theme = query.get("theme") === "dark" ? "dark" : "light";
document.documentElement.dir = query.get("dir") === "rtl" ? "rtl" : "ltr";
localStorage.clear();
connectTexts({ openLink: actions.openLink, copyText: actions.copyText });
void connect(makeFake(everyRow()).client, EVERY);
const root = document.getElementById("root");
if (root) createRoot(root).render(<Gallery />);
