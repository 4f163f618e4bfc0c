import { readFileSync } from 'node:fs';
import { readEnvironment } from './read-environment';

/** Where a secret is kept; the database and the configuration hold this, never the secret (domain.md 3). */
export type SecretReference = { readonly env: string } | { readonly file: string };

/**
 * The secret behind a reference, read at this moment. Throws an error that names the variable or the file, never what is in it, when
 * it is missing, empty, or holds anything but printable ASCII (a newline inside would split an HTTP header).
 */
export function readSecret(reference: SecretReference): string {
  const { name, value } = 'env' in reference ? readVariable(reference.env) : readSecretFile(reference.file);
  if (value === '') throw new Error(`The secret in ${name} is empty: put the key there`);
  const position = value.search(/[^\x21-\x7e]/);
  if (position !== -1) {
    throw new Error(
      `The secret in ${name} has a newline, a blank or another character that is not printable ASCII at position ${String(position + 1)}: write the key alone, on one line`,
    );
  }
  return value;
}

function readVariable(variable: string): { name: string; value: string } {
  const name = `the environment variable ${variable}`;
  const value = readEnvironment()[variable];
  if (value === undefined) throw new Error(`There is no secret in ${name}: it is not set`);
  return { name, value };
}

function readSecretFile(file: string): { name: string; value: string } {
  const name = `the file ${file}`;
  try {
    return { name, value: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    throw new Error(`The secret in ${name} cannot be read: ${toCode(error)}`, { cause: error });
  }
}

function toCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown reason';
}
