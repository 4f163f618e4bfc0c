import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';

/** What is wrong with a body, as the document sees it: where, and why. */
export interface BodyProblem {
  readonly path: string;
  readonly message: string;
}

/** docs/tixngo-api.yaml, ready to judge requests and answers. */
export interface ApiDocument {
  /** Operations by `METHOD /path`. */
  readonly routes: ReadonlyMap<string, string>;
  /** The first problem of a request body; undefined when it is as the document says. */
  readonly checkRequest: (operation: string, body: unknown) => BodyProblem | undefined;
  /** The first problem of what stands after the question mark of a path; undefined when it is as the document says. */
  readonly checkQuery: (operation: string, query: URLSearchParams) => BodyProblem | undefined;
  /** The first problem of an answer; undefined when it is as the document says. */
  readonly checkAnswer: (operation: string, status: number, body: unknown) => BodyProblem | undefined;
}

const content = z.object({
  'application/json': z.object({ schema: z.record(z.string(), z.unknown()) }),
});
const response = z.object({ $ref: z.string().optional(), content: content.optional() });
const parameter = z.object({
  name: z.string().optional(),
  in: z.string().optional(),
  schema: z.record(z.string(), z.unknown()).optional(),
});
const operation = z.object({
  operationId: z.string(),
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), response),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ responses: z.record(z.string(), response) }),
});

const documentId = 'tixngo-api';

/** Reads the document from the package that this file is part of, compiled or not; throws when it is not there or not readable. */
export function loadDocument(): ApiDocument {
  const parsed: unknown = parse(readFileSync(findDocument(__dirname), 'utf8'));
  const { paths, components } = document.parse(parsed);
  const ajv = openAjv(parsed);
  const routes = new Map<string, string>();
  const requests = new Map<string, ValidateFunction>();
  const answers = new Map<string, ValidateFunction>();
  const queries = new Map<string, ValidateFunction>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { operationId, parameters, requestBody, responses }] of Object.entries(methods)) {
      routes.set(`${method.toUpperCase()} ${path}`, operationId);
      queries.set(operationId, ajv.compile(toQuerySchema(parameters)));
      if (requestBody !== undefined) requests.set(operationId, ajv.compile(absolute(requestBody.content)));
      for (const [status, given] of Object.entries(responses)) {
        const resolved = given.$ref === undefined ? given : components.responses[given.$ref.split('/').at(-1) ?? ''];
        if (resolved?.content !== undefined) {
          answers.set(`${operationId} ${status}`, ajv.compile(absolute(resolved.content)));
        }
      }
    }
  }
  return {
    routes,
    checkRequest: (operationId, body) => check(requests.get(operationId), body),
    checkQuery: (operationId, query) => check(queries.get(operationId), toQueryValues(query)),
    checkAnswer: (operationId, status, body) =>
      check(
        answers.get(`${operationId} ${String(status)}`) ?? answers.get(`${operationId} ${String(status)[0] ?? ''}XX`),
        body,
      ),
  };
}

function toQuerySchema(parameters: readonly z.infer<typeof parameter>[]): Record<string, unknown> {
  const fields = parameters.flatMap(({ name, in: place, schema }) =>
    place === 'query' && name !== undefined ? [[name, schema ?? {}] as const] : [],
  );
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(fields) };
}

/** What looks like a whole number is one; the schema says whether it had to be. */
function toQueryValues(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    [...query].map(([name, text]) => [
      name,
      /^-?\d{1,9}$/.test(text) && name !== 'paginationKey' ? Number(text) : text,
    ]),
  );
}

function findDocument(folder: string): string {
  const file = join(folder, 'docs', 'tixngo-api.yaml');
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('docs/tixngo-api.yaml is in no folder above the sandbox: run it from its package');
  return findDocument(parent);
}

function openAjv(parsed: unknown): Ajv2020 {
  const ajv = new Ajv2020({ strict: true });
  addFormats(ajv);
  // What OpenAPI adds to JSON Schema, and our own tag (stack.md "OpenAPI 3.1").
  ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'tags', 'paths', 'components', 'x-source']);
  if (typeof parsed !== 'object' || parsed === null) throw new Error('docs/tixngo-api.yaml is not a document');
  ajv.addSchema(parsed, documentId);
  return ajv;
}

/** The schemas of bodies are references into the document; Ajv needs the document's name before them. */
function absolute({ 'application/json': { schema } }: z.infer<typeof content>): { $ref: string } {
  const reference = schema.$ref;
  if (typeof reference !== 'string') throw new Error('Every body in docs/tixngo-api.yaml is a $ref to a named schema');
  return { $ref: `${documentId}${reference}` };
}

function check(validate: ValidateFunction | undefined, body: unknown): BodyProblem | undefined {
  if (validate === undefined) return { path: '', message: 'the document has no body here' };
  if (validate(body)) return undefined;
  const problem = validate.errors?.[0];
  const extra = typeof problem?.params.additionalProperty === 'string' ? `/${problem.params.additionalProperty}` : '';
  return { path: `${problem?.instancePath ?? ''}${extra}`, message: problem?.message ?? 'not as documented' };
}
