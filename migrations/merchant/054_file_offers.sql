-- What a file that asks for its bank account says of it, so that the account is made from it: {bank, branch, number, opening, opened_on}.
alter table money_file add column offers jsonb;
