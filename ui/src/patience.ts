// A busy computer may take seconds for what is usually there at once. The limits only end a test that hangs.
import { configure } from "@testing-library/react";

configure({ asyncUtilTimeout: 10_000 });
