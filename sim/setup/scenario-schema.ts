/** Prints the JSON Schema of a Scenario: becomes `dist/scenario.schema.json`, by which editors complete and check one. */
import { scenarioJsonSchema } from '../manifest/schema/scenario.ts';

process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
