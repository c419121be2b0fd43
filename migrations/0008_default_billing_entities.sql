-- Every organization has a billing entity from the start; those that were there before get it now, with the settings that they have.
INSERT INTO `billing_entities` (
	`id`, `organization_id`, `created_at`, `updated_at`, `code`, `name`, `default_currency`, `timezone`, `country`,
	`address_line1`, `address_line2`, `city`, `state`, `zipcode`, `email`, `legal_name`, `legal_number`,
	`tax_identification_number`, `document_numbering`, `document_number_prefix`, `document_locale`, `net_payment_term`,
	`invoice_grace_period`, `invoice_footer`, `issuing_date_anchor`, `issuing_date_adjustment`,
	`finalize_zero_amount_invoice`, `email_settings`, `eu_tax_management`, `invoice_sequence`
)
SELECT
	lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
	`id`, `created_at`, `updated_at`, 'default', `name`, `default_currency`, `timezone`, `country`,
	`address_line1`, `address_line2`, `city`, `state`, `zipcode`, `email`, `legal_name`, `legal_number`,
	`tax_identification_number`,
	CASE `document_numbering` WHEN 'per_organization' THEN 'per_billing_entity' ELSE 'per_customer' END,
	`document_number_prefix`, `document_locale`, `net_payment_term`,
	`invoice_grace_period`, `invoice_footer`, 'next_period_start', 'align_with_finalization_date',
	`finalize_zero_amount_invoice`, `email_settings`, 0, `invoice_sequence`
FROM `organizations` ORDER BY `seq`;
