-- Invoices that are open already are looked at, too, whether they were paid in time: the first time on their due date, when it is
-- over nowhere yet, and never before the hour that follows the present of a sandbox.
INSERT OR IGNORE INTO `agenda` (`organization_id`, `customer_id`, `kind`, `subject_id`, `due_at`)
SELECT
	`organization_id`, `customer_id`, 'fall_overdue', `id`,
	max(
		unixepoch(`payment_due_on`) * 1000,
		coalesce((SELECT `test_clock_at` + 1 FROM `organizations` WHERE `organizations`.`id` = `invoices`.`organization_id`), 0)
	)
FROM `invoices`
WHERE `status` = 'finalized' AND `payment_status` <> 'succeeded'
	AND `total_amount_cents` > `total_paid_amount_cents` + `offset_amount_cents`;
