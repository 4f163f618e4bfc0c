/** The newest migration that this program knows: what a database must have before a worker starts on it. By itself, for it is read without MikroORM. */
export const newestMigration = 'm0018-attempt-order';
