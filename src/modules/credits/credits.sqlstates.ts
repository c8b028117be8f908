/** The SQLSTATEs that the functions of the credit history raise (migrations/). */
export const CREDITS_SQLSTATES = {
  tooFewCredits: 'NC001',
  foreignKey: 'NC002',
  unknownUser: 'NC003',
  jobNotRefundable: 'NC004',
  badArguments: 'NC005',
  historyIsAppendOnly: 'NC006',
} as const;
