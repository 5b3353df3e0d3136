import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { readNoiseFloor } from "./noise-floor.ts";

const folder = temporaryFolder();

const machine = { cpu: { model: "A", cores: 2 }, node: "v24.21.0" };
const noiseFloor = {
  cpuRatioHalfWidth: 0.008,
  rounds: 6,
  target: "bare:5",
  calibratedAt: "2026-11-22T12:00:00.000Z",
  ...machine,
};
const path = join(folder, "calibration.json");
const store = (value: unknown): void => writeFileSync(path, JSON.stringify(value));

test("the noise floor is that of this machine: same CPU model, same cores, same major version of Node", () => {
  store({ kind: "calibration", noiseFloor, sections: {} });
  assert.deepEqual(readNoiseFloor(path, machine), noiseFloor);
  assert.deepEqual(readNoiseFloor(path, { ...machine, node: "v24.0.1" }), noiseFloor);
  assert.equal(readNoiseFloor(path, { ...machine, node: "v22.18.0" }), undefined);
  assert.equal(readNoiseFloor(path, { ...machine, cpu: { model: "B", cores: 2 } }), undefined);
  assert.equal(readNoiseFloor(path, { ...machine, cpu: { model: "A", cores: 4 } }), undefined);
});

test("no file, a damaged one, or one without a floor gives none, and no error", () => {
  assert.equal(readNoiseFloor(join(folder, "absent.json"), machine), undefined);
  store({ kind: "calibration", sections: {} });
  assert.equal(readNoiseFloor(path, machine), undefined);
  store({ kind: "calibration", noiseFloor: { ...noiseFloor, cpuRatioHalfWidth: "small" } });
  assert.equal(readNoiseFloor(path, machine), undefined);
  writeFileSync(path, `{"kind":"calib`);
  assert.equal(readNoiseFloor(path, machine), undefined);
});
