export { checkFiles } from "./check.ts";
export { listScenarios } from "./library.ts";
export { isQuick, readScenario, type Overrides } from "./read.ts";
export { scenarioSchema, type Scenario } from "./scenario.ts";
export { scenarioTextSchema, type ScenarioText } from "./text.ts";
export { requestsOf } from "./workload.ts";
