/** The door for programs that must answer at once: what needs neither Nest nor TypeORM. */
export { auditSnapshot, type AuditFinding, type AuditReport } from './audit/audit-snapshot.js';
export { CreditsAudit } from './audit/credits-audit.js';
export { CREDITS_SQLSTATES } from './credits.sqlstates.js';
