/** The part of JSON Schema that our schema uses. A keyword that is not known here is an error, so that none is passed over. */
export type Schema = Readonly<Record<string, unknown>>;

const annotations = new Set(['$schema', 'title', 'description', '$defs']);
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

type Fields = Readonly<Record<string, unknown>>;
type Keyword = (argument: unknown, value: unknown, schema: Schema, root: Schema) => boolean;

const isObject = (value: unknown): value is Fields => types['object']?.(value) === true;

const keywords: Readonly<Record<string, Keyword>> = {
  type: (name, value) => types[name as string]!(value),
  const: (wanted, value) => value === wanted,
  enum: (allowed, value) => (allowed as unknown[]).includes(value),
  pattern: (source, value) => typeof value !== 'string' || new RegExp(source as string).test(value),
  minimum: (least, value) => typeof value !== 'number' || value >= (least as number),
  maximum: (most, value) => typeof value !== 'number' || value <= (most as number),
  minItems: (least, value) => !Array.isArray(value) || value.length >= (least as number),
  items: (of, value, _schema, root) =>
    !Array.isArray(value) || value.every((one) => accepts(of as Schema, one, root)),
  anyOf: (of, value, _schema, root) => (of as Schema[]).some((one) => accepts(one, value, root)),
  required: (names, value) =>
    !isObject(value) || (names as string[]).every((name) => Object.hasOwn(value, name)),
  properties: (of, value, _schema, root) =>
    !isObject(value) ||
    Object.entries(of as Record<string, Schema>).every(
      ([name, one]) => !Object.hasOwn(value, name) || accepts(one, value[name], root),
    ),
  propertyNames: (of, value, _schema, root) =>
    !isObject(value) || Object.keys(value).every((name) => accepts(of as Schema, name, root)),
  additionalProperties: (of, value, schema, root) => {
    if (!isObject(value)) return true;
    const known = Object.keys(schema['properties'] ?? {});
    const rest = Object.keys(value).filter((name) => !known.includes(name));
    return of === false ? rest.length === 0 : rest.every((name) => accepts(of as Schema, value[name], root));
  },
  $ref: (path, value, _schema, root) =>
    accepts((root['$defs'] as Fields)[(path as string).replace('#/$defs/', '')] as Schema, value, root),
};

/** Whether a schema accepts a value. */
export function accepts(schema: Schema, value: unknown, root: Schema = schema): boolean {
  return Object.entries(schema).every(([name, argument]) => {
    if (annotations.has(name)) return true;
    const keyword = keywords[name];
    if (keyword === undefined) throw new Error(`the keyword ${name} is not known to this test`);
    return keyword(argument, value, schema, root);
  });
}
