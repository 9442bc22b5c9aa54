import { expect, it } from "vitest";
import { mapRoom } from "./use-map-room";

it.each([
  { name: "1440 × 900", width: 753, height: 782, isStacked: false, pitch: 5, isTight: false, barsWidth: 62 },
  { name: "1280 × 800", width: 734, height: 686, isStacked: false, pitch: 5, isTight: true, barsWidth: 36 },
  { name: "1280 × 700", width: 734, height: 582, isStacked: false, pitch: 4, isTight: true, barsWidth: 36 },
  { name: "1920 × 1200", width: 1230, height: 1082, isStacked: false, pitch: 7, isTight: false, barsWidth: 62 },
  { name: "a phone", width: 390, height: 4000, isStacked: true, pitch: 3, isTight: false, barsWidth: 0 },
])("gives the map of $name a pitch of $pitch", ({ width, height, isStacked, pitch, isTight, barsWidth }) => {
  const room = mapRoom({ width, height }, isStacked);
  expect(room).toMatchObject({ isTight, barsWidth });
  expect(room.grid?.pitch).toBe(pitch);
});
