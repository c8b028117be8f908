/** A JSON Schema as it came. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Writes the text of a string property. */
export type StringWriter = (propertyName: string, schema: JsonSchema) => string;

const DEPTH_MAX = 10;
const NOT_SUPPORTED = [
  'allOf',
  'not',
  'dependentRequired',
  'dependentSchemas',
  'if',
  'then',
  'else',
  'patternProperties',
];

/**
 * Holds a schema against the rules of strict mode. Returns OpenAI's own words for the first breach, or null.
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function findSchemaProblem(schema: unknown): string | null {
  if (!isSchema(schema)) return 'schema must be a JSON Schema object.';
  if (schema.type !== 'object') {
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${JSON.stringify(schema.type ?? 'None').replaceAll('"', '')}"'.`;
  }
  if (schema.anyOf) return "schema must not have 'anyOf' at the top level.";
  return findProblemIn(schema, [], 0);
}

function findProblemIn(schema: JsonSchema, path: readonly string[], depth: number): string | null {
  const context = `In context=(${path.map((name) => `'${name}'`).join(', ')}${path.length === 1 ? ',' : ''})`;
  if (depth > DEPTH_MAX) return `${context}, the schema exceeds ${DEPTH_MAX} levels of nesting.`;
  const forbidden = NOT_SUPPORTED.find((name) => name in schema);
  if (forbidden) return `${context}, '${forbidden}' is not permitted.`;
  if (
    !('type' in schema) &&
    !('anyOf' in schema) &&
    !('$ref' in schema) &&
    !('enum' in schema) &&
    !('const' in schema)
  ) {
    return `${context}, schema must have a 'type' key.`;
  }
  const own = typesOf(schema).includes('object') ? findObjectProblem(schema, context) : null;
  if (own) return own;
  for (const [name, child] of childrenOf(schema)) {
    if (!isSchema(child)) return `${context}, '${name}' is not a schema.`;
    const problem = findProblemIn(child, [...path, ...name.split('/')], depth + 1);
    if (problem) return problem;
  }
  return null;
}

function findObjectProblem(schema: JsonSchema, context: string): string | null {
  if (schema.additionalProperties !== false) {
    return `${context}, 'additionalProperties' is required to be supplied and to be false.`;
  }
  const names = Object.keys(propertiesOf(schema));
  const required = Array.isArray(schema.required) ? (schema.required as unknown[]) : [];
  const missing = names.find((name) => !required.includes(name));
  const extra = required.find((name) => !names.includes(String(name)));
  const rule = `${context}, 'required' is required to be supplied and to be an array including every key in properties.`;
  if (missing !== undefined) return `${rule} Missing '${missing}'.`;
  return extra === undefined ? null : `${rule} Extra required key ${JSON.stringify(extra)} supplied.`;
}

function childrenOf(schema: JsonSchema): [string, unknown][] {
  return [
    ...Object.entries(propertiesOf(schema)).map(([name, child]): [string, unknown] => [
      `properties/${name}`,
      child,
    ]),
    ...(schema.items === undefined ? [] : [['items', schema.items] as [string, unknown]]),
    ...listOf(schema.anyOf).map((child, index): [string, unknown] => [`anyOf/${index}`, child]),
    ...Object.entries(isSchema(schema.$defs) ? schema.$defs : {}).map(([name, child]): [string, unknown] => [
      `$defs/${name}`,
      child,
    ]),
  ];
}

/** Whether a boolean asks about something good; the fake's photo and product are fine in every way. */
const GOOD_NAME = /product|usable|suitable|sellable|valid|acceptable|clear|allowed|safe|\bok\b/i;
const BAD_NAME = /not_|un(safe|clear|suitable|usable)|prohibited|forbidden/i;
/** Where null is right although a text would be possible: there is nothing to complain about. */
const COMPLAINT_NAME = /refus|reason|error|problem|warning|issue|advice|note/i;

/** Makes a value that a schema accepts: texts by the writer, no complaints, the first of several choices. */
export function valueFor(
  schema: JsonSchema,
  write: StringWriter,
  name = '',
  root: JsonSchema = schema,
): unknown {
  if ('const' in schema) return schema.const;
  if (isNullable(schema) && COMPLAINT_NAME.test(name)) return null;
  if (typeof schema.$ref === 'string') return valueFor(resolve(schema.$ref, root), write, name, root);
  if (Array.isArray(schema.enum)) return pickChoice(schema.enum as unknown[]);
  const option = listOf(schema.anyOf).find((one) => !typesOf(one).includes('null'));
  if (option) return valueFor(option, write, name, root);
  switch (typesOf(schema).find((type) => type !== 'null')) {
    case 'object':
      return Object.fromEntries(
        Object.entries(propertiesOf(schema)).map(([key, child]) => [key, valueFor(child, write, key, root)]),
      );
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () =>
        valueFor(isSchema(schema.items) ? schema.items : { type: 'string' }, write, name, root),
      );
    case 'boolean':
      return GOOD_NAME.test(name) && !BAD_NAME.test(name);
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? 0);
    case 'string':
      return write(name, schema);
    default:
      return null;
  }
}

/** Whether a schema takes null. */
export function isNullable(schema: JsonSchema): boolean {
  return (
    typesOf(schema).includes('null') || listOf(schema.anyOf).some((one) => typesOf(one).includes('null'))
  );
}

/** The properties of an object's schema. */
export function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (isSchema(schema.properties) ? schema.properties : {}) as Record<string, JsonSchema>;
}

function pickChoice(values: readonly unknown[]): unknown {
  return values.find((value) => /^(none|ok|no|clean|good)$/i.test(String(value))) ?? values[0];
}

function resolve(reference: string, root: JsonSchema): JsonSchema {
  if (reference === '#') return root;
  const found = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (isSchema(at) ? at[key] : undefined), root);
  return isSchema(found) ? found : { type: 'string' };
}

function typesOf(schema: unknown): string[] {
  if (!isSchema(schema)) return [];
  return Array.isArray(schema.type)
    ? (schema.type as string[])
    : typeof schema.type === 'string'
      ? [schema.type]
      : [];
}

function listOf(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
