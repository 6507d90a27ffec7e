/** Prints the JSON Schema that the command line names. */
import { jsonSchemaText } from './json-schemas.ts';

process.stdout.write(jsonSchemaText(process.argv[2] ?? ''));
