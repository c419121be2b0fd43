-- What is final cannot change: from the row of its link on, which is written last in the commit that makes an invoice final,
-- every column of the lists below stays as it is, and no row comes or goes. What is not listed may still move: payments, disputes, metadata.
CREATE TRIGGER `invoices_frozen` BEFORE UPDATE OF
	`seq`, `id`, `organization_id`, `created_at`, `customer_id`, `billing_entity_code`, `invoice_type`, `currency`,
	`billing_at`, `issuing_on`, `expected_finalization_on`, `payment_due_on`, `net_payment_term`,
	`purchase_order_number`, `fees_amount_cents`, `progressive_billing_credit_amount_cents`, `coupons_amount_cents`,
	`sub_total_excluding_taxes_amount_cents`, `taxes_amount_cents`, `taxes_rate`,
	`sub_total_including_taxes_amount_cents`, `credit_notes_amount_cents`, `prepaid_credit_amount_cents`,
	`total_amount_cents`, `applied_taxes`, `custom_sections`, `finalized_at`, `voided_invoice_id`, `usage_through_seq`,
	`usage_thresholds`, `number`, `sequential_id`, `organization_sequential_id`
ON `invoices` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`id`)
BEGIN
	SELECT RAISE(ABORT, 'a final invoice cannot change');
END;
--> statement-breakpoint
CREATE TRIGGER `invoices_final_status` BEFORE UPDATE OF `status` ON `invoices`
WHEN OLD.`status` IS NOT NEW.`status` AND NOT (OLD.`status` = 'finalized' AND NEW.`status` = 'voided')
	AND EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`id`)
BEGIN
	SELECT RAISE(ABORT, 'a final invoice can only be voided');
END;
--> statement-breakpoint
CREATE TRIGGER `invoices_kept` BEFORE DELETE ON `invoices` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`id`)
BEGIN
	SELECT RAISE(ABORT, 'a final invoice cannot be deleted');
END;
--> statement-breakpoint
CREATE TRIGGER `fees_frozen` BEFORE UPDATE OF
	`seq`, `id`, `organization_id`, `created_at`, `customer_id`, `invoice_id`, `subscription_id`, `charge_id`,
	`charge_filter_id`, `grouped_by`, `event_transaction_id`, `fee_type`, `currency`, `description`, `amount_cents`,
	`precise_amount_cents`, `precise_coupons_amount_cents`, `units`, `total_aggregated_units`, `events_count`,
	`unit_amount`, `amount_details`, `taxes_amount_cents`, `taxes_precise_amount_cents`, `taxes_rate`, `applied_taxes`,
	`from_at`, `to_at`, `to_inclusive`, `pay_in_advance`, `invoiceable`, `deleted_at`, `pricing_unit`,
	`presentation_breakdowns`, `item_id`, `item_code`, `item_name`, `item_description`, `item_invoice_display_name`,
	`item_filters`, `item_filter_invoice_display_name`, `adjusted_fee_id`, `adjustment`, `basis`
ON `fees`
WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`) OR EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot change');
END;
--> statement-breakpoint
CREATE TRIGGER `fees_complete` BEFORE INSERT ON `fees` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'nothing can be added to a final invoice');
END;
--> statement-breakpoint
CREATE TRIGGER `fees_kept` BEFORE DELETE ON `fees` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot be deleted');
END;
--> statement-breakpoint
CREATE TRIGGER `billing_periods_frozen` BEFORE UPDATE OF
	`seq`, `id`, `organization_id`, `created_at`, `invoice_id`, `subscription_id`, `invoicing_reason`, `period_key`,
	`plan_period_from_on`, `plan_period_to_on`, `plan_from_at`, `plan_to_at`, `bills_plan_fee`, `charges_from_at`,
	`charges_to_at`, `fixed_charges_from_at`, `fixed_charges_to_at`, `plan_to_inclusive`, `charges_to_inclusive`,
	`fixed_charges_to_inclusive`, `zone`
ON `billing_periods`
WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`) OR EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot change');
END;
--> statement-breakpoint
CREATE TRIGGER `billing_periods_complete` BEFORE INSERT ON `billing_periods` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'nothing can be added to a final invoice');
END;
--> statement-breakpoint
CREATE TRIGGER `billing_periods_kept` BEFORE DELETE ON `billing_periods` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot be deleted');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_credits_frozen` BEFORE UPDATE OF
	`seq`, `id`, `organization_id`, `created_at`, `invoice_id`, `source_type`, `source_id`, `amount_cents`
ON `invoice_credits`
WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`) OR EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot change');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_credits_complete` BEFORE INSERT ON `invoice_credits` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = NEW.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'nothing can be added to a final invoice');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_credits_kept` BEFORE DELETE ON `invoice_credits` WHEN EXISTS (SELECT 1 FROM `invoice_links` WHERE `invoice_id` = OLD.`invoice_id`)
BEGIN
	SELECT RAISE(ABORT, 'what stands on a final invoice cannot be deleted');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_links_frozen` BEFORE UPDATE OF
	`seq`, `invoice_id`, `organization_id`, `customer_id`, `created_at`, `position`, `content_version`, `content_hash`,
	`previous_hash`, `hash`
ON `invoice_links`
BEGIN
	SELECT RAISE(ABORT, 'a link cannot change');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_links_sealed_once` BEFORE UPDATE OF
	`seal_id`, `number`, `sequential_id`, `organization_sequential_id`
ON `invoice_links` WHEN OLD.`seal_id` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'a link is sealed once');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_links_kept` BEFORE DELETE ON `invoice_links`
BEGIN
	SELECT RAISE(ABORT, 'a link cannot be deleted');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_seals_frozen` BEFORE UPDATE ON `invoice_seals`
BEGIN
	SELECT RAISE(ABORT, 'a seal cannot change');
END;
--> statement-breakpoint
CREATE TRIGGER `invoice_seals_kept` BEFORE DELETE ON `invoice_seals`
BEGIN
	SELECT RAISE(ABORT, 'a seal cannot be deleted');
END;
