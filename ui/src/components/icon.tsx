import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";
import Bell from "lucide-react/icons/bell";
import BellOff from "lucide-react/icons/bell-off";
import Bot from "lucide-react/icons/bot";
import Brain from "lucide-react/icons/brain";
import Check from "lucide-react/icons/check";
import ChevronDown from "lucide-react/icons/chevron-down";
import ChevronLeft from "lucide-react/icons/chevron-left";
import ChevronRight from "lucide-react/icons/chevron-right";
import Circle from "lucide-react/icons/circle";
import CircleCheck from "lucide-react/icons/circle-check";
import CircleDashed from "lucide-react/icons/circle-dashed";
import CircleMinus from "lucide-react/icons/circle-minus";
import CirclePause from "lucide-react/icons/circle-pause";
import Clock from "lucide-react/icons/clock";
import Columns from "lucide-react/icons/columns-2";
import Copy from "lucide-react/icons/copy";
import Download from "lucide-react/icons/download";
import Ellipsis from "lucide-react/icons/ellipsis";
import FileDiff from "lucide-react/icons/file-diff";
import FileText from "lucide-react/icons/file-text";
import Folder from "lucide-react/icons/folder";
import Globe from "lucide-react/icons/globe";
import Image from "lucide-react/icons/image";
import Info from "lucide-react/icons/info";
import Key from "lucide-react/icons/key-round";
import Keyboard from "lucide-react/icons/keyboard";
import Layers from "lucide-react/icons/layers";
import Menu from "lucide-react/icons/menu";
import MessageSquare from "lucide-react/icons/message-square";
import OctagonX from "lucide-react/icons/octagon-x";
import PanelLeft from "lucide-react/icons/panel-left";
import PanelRight from "lucide-react/icons/panel-right";
import Paperclip from "lucide-react/icons/paperclip";
import Pause from "lucide-react/icons/pause";
import Pencil from "lucide-react/icons/pencil";
import Pin from "lucide-react/icons/pin";
import Play from "lucide-react/icons/play";
import Plus from "lucide-react/icons/plus";
import RotateCcw from "lucide-react/icons/rotate-ccw";
import Search from "lucide-react/icons/search";
import Settings from "lucide-react/icons/settings";
import Sliders from "lucide-react/icons/sliders-horizontal";
import Square from "lucide-react/icons/square";
import SquarePen from "lucide-react/icons/square-pen";
import SquareTerminal from "lucide-react/icons/square-terminal";
import Star from "lucide-react/icons/star";
import TextSearch from "lucide-react/icons/text-search";
import Trash from "lucide-react/icons/trash-2";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import Undo from "lucide-react/icons/undo-2";
import Wallet from "lucide-react/icons/wallet";
import WifiOff from "lucide-react/icons/wifi-off";
import Wrench from "lucide-react/icons/wrench";
import X from "lucide-react/icons/x";
import { type OwnIconName, ownShapes } from "./own-icons";
import "./icon.css";

/** One icon by name, coloured by the text around it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  if (isOwn(name)) {
    return (
      <svg
        className={`icon icon-${name}`}
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {ownShapes[name]}
      </svg>
    );
  }
  const Lucide = lucide[name];
  return <Lucide className="icon" size={size} aria-hidden="true" focusable="false" />;
}

const lucide = {
  "arrow-down": ArrowDown,
  "arrow-up": ArrowUp,
  bell: Bell,
  "bell-off": BellOff,
  bot: Bot,
  brain: Brain,
  check: Check,
  "chevron-down": ChevronDown,
  "chevron-left": ChevronLeft,
  "chevron-right": ChevronRight,
  circle: Circle,
  "circle-check": CircleCheck,
  "circle-dashed": CircleDashed,
  "circle-minus": CircleMinus,
  "circle-pause": CirclePause,
  clock: Clock,
  columns: Columns,
  copy: Copy,
  download: Download,
  ellipsis: Ellipsis,
  "file-diff": FileDiff,
  "file-text": FileText,
  folder: Folder,
  globe: Globe,
  image: Image,
  info: Info,
  "key-round": Key,
  keyboard: Keyboard,
  layers: Layers,
  menu: Menu,
  "message-square": MessageSquare,
  "octagon-x": OctagonX,
  "panel-left": PanelLeft,
  "panel-right": PanelRight,
  paperclip: Paperclip,
  pause: Pause,
  pencil: Pencil,
  pin: Pin,
  play: Play,
  plus: Plus,
  "rotate-ccw": RotateCcw,
  search: Search,
  settings: Settings,
  sliders: Sliders,
  square: Square,
  "square-pen": SquarePen,
  "square-terminal": SquareTerminal,
  star: Star,
  "text-search": TextSearch,
  "trash-2": Trash,
  "triangle-alert": TriangleAlert,
  "undo-2": Undo,
  wallet: Wallet,
  "wifi-off": WifiOff,
  wrench: Wrench,
  x: X,
};

export type IconName = keyof typeof lucide | OwnIconName;

/** All of them, for the gallery. */
export const iconNames = Object.keys({ ...lucide, ...ownShapes }) as IconName[];

function isOwn(name: IconName): name is OwnIconName {
  return name in ownShapes;
}
