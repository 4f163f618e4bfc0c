import { z } from 'zod';
import { fileShape } from './config-shape';

/** The JSON Schema of the configuration file, for completion in editors: `docs/tixngo-config.schema.json` holds it. */
export function toConfigJsonSchema(): string {
  const schema = z.toJSONSchema(fileShape.meta({ title: 'Configuration of the S-360 to TIXNGO interface' }));
  return `${JSON.stringify(schema, null, 2)}\n`;
}
