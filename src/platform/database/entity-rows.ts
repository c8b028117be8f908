import type { EntityManager, ObjectLiteral } from 'typeorm';

/**
 * An entity out of a row of plain SQL (`select *`, `returning *`), as TypeORM would have read it: for statements that change and
 * read, or lock and read, in one round trip. Columns with a transformer are not for this.
 */
export function entityOfRow<T extends ObjectLiteral>(
  manager: EntityManager,
  entity: new () => T,
  row: Readonly<Record<string, unknown>>,
): T {
  const made = new entity();
  for (const { propertyName, databaseName } of manager.connection.getMetadata(entity).columns) {
    (made as Record<string, unknown>)[propertyName] = row[databaseName];
  }
  return made;
}
