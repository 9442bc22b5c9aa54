import { expect, it } from "vitest";
import { commandOf } from "./use-slot-keys";

const plain = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };

it.each([
  { pressed: { key: "ArrowRight" }, command: { type: "move", by: 1 } },
  { pressed: { key: "ArrowUp" }, command: { type: "move", by: -128 } },
  { pressed: { key: "ArrowRight", shiftKey: true }, command: { type: "grow", by: 1 } },
  { pressed: { key: "ArrowLeft", shiftKey: true, altKey: true }, command: { type: "growToEnd", direction: -1 } },
  { pressed: { key: "M" }, command: { type: "move-to" } },
  { pressed: { key: "m", ctrlKey: true }, command: undefined },
  { pressed: { key: "f", altKey: true }, command: undefined },
  { pressed: { key: "Escape" }, command: { type: "clear" } },
  { pressed: { key: "x" }, command: undefined },
])("reads $pressed as $command.type", ({ pressed, command }) => {
  expect(commandOf({ ...plain, ...pressed })).toEqual(command);
});
