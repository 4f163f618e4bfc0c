import { Organization, Product } from '../../db/entities/catalogue';
import { Ticket } from '../../db/entities/ticket';
import { openDatabase, type MappedDatabase } from '../../db/database';
import { migrations } from '../../db/migrations';
import { newestMigration } from '../../db/migrations/newest';
import { cloneDatabase, type TestDatabase } from '../helpers/database';

let clone: TestDatabase;
let database: MappedDatabase;

beforeAll(async () => {
  clone = await cloneDatabase('entities');
  database = await openDatabase({ url: clone.url, connections: 2 });
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});

interface Column {
  readonly type: string;
  readonly nullable: boolean;
  readonly key: boolean;
}

/** Tables of the schema by name, columns by name; partitions and the migrations' own table are no tables of the model. */
async function readSchema(): Promise<Record<string, Record<string, Column>>> {
  const { rows } = await database.pool.query<{ table_name: string; columns: Record<string, Column> }>(`
    select c.relname as table_name, jsonb_object_agg(a.attname, jsonb_build_object(
      'type', format_type(case t.typtype when 'd' then t.typbasetype else a.atttypid end, nullif(a.atttypmod, -1)),
      'nullable', not a.attnotnull,
      'key', coalesce(a.attnum = any (k.conkey), false))) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'schema_migration'
    group by c.relname`);
  return Object.fromEntries(rows.map((row) => [row.table_name, row.columns]));
}

function readEntities(): Record<string, Record<string, Column>> {
  return Object.fromEntries(
    [...database.orm.getMetadata().getAll().values()].map((meta) => [
      meta.tableName,
      Object.fromEntries(
        meta.props.map((property) => [
          property.fieldNames.join(),
          {
            type: toSchemaType(property.columnTypes.join()),
            nullable: property.nullable === true,
            key: property.primary === true,
          },
        ]),
      ),
    ]),
  );
}

// How Postgres writes the types that MikroORM abbreviates.
const LONG_NAMES: Readonly<Record<string, string>> = {
  int: 'integer',
  bigserial: 'bigint',
  serial: 'integer',
  'timestamptz(0)': 'timestamp with time zone',
  timestamptz: 'timestamp with time zone',
};

function toSchemaType(type: string): string {
  return LONG_NAMES[type] ?? type;
}

test('the name that a worker asks for is that of the last migration', () => {
  expect(newestMigration).toBe(migrations.at(-1)?.name);
});

test('entities and migrated tables have the same columns, types, nullability and primary keys', async () => {
  const schema = await readSchema();
  expect(Object.keys(schema).length).toBeGreaterThan(35);
  expect(readEntities()).toEqual(schema);
});

test('an entity is written and read back through its relations', async () => {
  const em = database.orm.em.fork();
  const organization = em.create(Organization, { code: 'FCX', name: 'FC X', timeZone: 'Europe/Zurich' });
  const product = em.create(Product, { organization, code: 'P', name: 'P', family: 'SERVICE' });
  em.create(Ticket, {
    id: '9007199254740993',
    organization,
    product,
    ticketNumber: 'N',
    price: '1.50',
    currency: 'CHF',
  });
  await em.flush();
  const found = await database.orm.em
    .fork()
    .findOneOrFail(Ticket, { ticketNumber: 'N' }, { populate: ['organization'] });
  expect(found).toMatchObject({
    id: '9007199254740993',
    price: '1.50',
    status: 'NOT_PRINTED',
    organization: { code: 'FCX' },
  });
});
