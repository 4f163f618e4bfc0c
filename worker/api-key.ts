import { z } from 'zod';
import { fatal } from '../activities/failures';
import { readSecret } from '../config/secret';

const keyReference = z.union([z.object({ env: z.string() }), z.object({ file: z.string() })]);

/** The API key behind the reference of an interface. The failure names the variable or the file, never what is in it, and what to do where. */
export function readApiKey(stored: unknown): string {
  const reference = keyReference.parse(stored);
  try {
    return readSecret(reference);
  } catch (error) {
    const mistake = error instanceof Error ? error.message : 'The API key cannot be read';
    // The environment of a process stays as it was at its start.
    const remedy =
      'env' in reference
        ? 'Set it in the environment or the .env file of every worker, and restart them'
        : 'Put the key into that file on every worker: the next run reads it again';
    throw fatal('KEY_UNREADABLE', `${mistake}. ${remedy}`);
  }
}
