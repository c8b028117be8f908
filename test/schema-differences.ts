import type { DataSource, EntityMetadata } from 'typeorm';

interface SchemaColumn {
  column_name: string;
  data_type: string;
  is_nullable: 'YES' | 'NO';
}

/** What TypeORM calls a type and information_schema another. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  timestamptz: 'timestamp with time zone',
  int: 'integer',
  bool: 'boolean',
};

/**
 * Compares the columns of every entity that the data source knows with those of its table: names, types, nullability,
 * both ways. The answer is empty when all is well, else one sentence per difference.
 */
export async function findSchemaDifferences(dataSource: DataSource): Promise<string[]> {
  const differences: string[] = [];
  for (const entity of dataSource.entityMetadatas) {
    const columns = await dataSource.query<SchemaColumn[]>(
      `select column_name, data_type, is_nullable from information_schema.columns
       where table_schema = 'public' and table_name = $1`,
      [entity.tableName],
    );
    differences.push(...compare(entity, columns));
  }
  return differences;
}

function compare(entity: EntityMetadata, columns: SchemaColumn[]): string[] {
  const inSchema = new Map(columns.map((column) => [column.column_name, describeColumn(column)]));
  const inEntity = new Map(
    entity.columns.map((column) => {
      const type = String(column.isArray ? 'ARRAY' : column.type);
      return [column.databaseName, `${TYPE_NAMES[type] ?? type}${column.isNullable ? ' null' : ' not null'}`];
    }),
  );
  const names = new Set([...inSchema.keys(), ...inEntity.keys()]);
  return [...names]
    .filter((name) => inSchema.get(name) !== inEntity.get(name))
    .map((name) => {
      const [schema, code] = [inSchema.get(name) ?? 'missing', inEntity.get(name) ?? 'missing'];
      return `${entity.tableName}.${name}: ${schema} in the schema, ${code} in ${entity.name}`;
    });
}

function describeColumn(column: SchemaColumn): string {
  return `${column.data_type}${column.is_nullable === 'YES' ? ' null' : ' not null'}`;
}
