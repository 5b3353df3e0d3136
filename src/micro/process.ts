/** Measures one part, tells its figures over IPC, and ends. Ends with its parent; where it fails, stderr tells why. */
process.once("disconnect", () => process.exit(1));
const { measure } = await import("./measure.ts");
const { partOf, yardstick } = await import("./parts/index.ts");
const { part, folder, effort } = JSON.parse(process.argv.at(-1)!) as import("./protocol.ts").Task;
const [operation, fixed] = await Promise.all([partOf(part).make({ folder }), yardstick.make({ folder })]);
const figures = await measure(operation, fixed, effort);
process.send!(figures, () => process.exit(0));
