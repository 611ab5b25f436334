-- The source of a referral that nobody decides hears something too; and what is measured of referrals.
set local role vs_owner;
set local search_path = vs, public;

insert into referral_clock
select d, s, 'news', 'clock.news_days', 'calendar', 'let the source know how it stands' from generate_series(1, 2) d cross join (values (1), (2)) v(s);

insert into metric(metric, title, unit, source, counts, against, breakdowns, definition, decision) values
  ('referrals_received', 'referrals received', 'referrals', 'facts', '{referral_received}', '{}', '{seat,label}',
   'referrals by the day they came in, by what made the source speak; those entered in error are taken out', 'whom to thank, and which cause to repeat'),
  ('referrals_given', 'referrals given', 'referrals', 'facts', '{referral_given}', '{}', '{seat,label}',
   'referrals given to partners by the day they were given', 'do we give as much as we take'),
  ('referrals_accepted', 'referrals accepted', 'referrals', 'facts', '{referral_accepted}', '{}', '{seat,label}',
   'referrals by the day they were accepted; days from coming in to that', 'how long a source waits for a decision'),
  ('referrals_won', 'referrals won', 'referrals', 'facts', '{referral_won}', '{}', '{seat,label}',
   'referrals by the day the person became a customer, with the value, by what made the source speak; days from coming in to that', 'which cause and which source pay'),
  ('referrals_lost', 'referrals lost', 'referrals', 'facts', '{referral_lost}', '{}', '{seat,label}',
   'referrals by the day they came to nothing, by the reason', 'what to change, and whom not to be sent'),
  ('referrals_declined', 'referrals declined', 'referrals', 'facts', '{referral_declined,referral_redirected}', '{}', '{seat,label}',
   'referrals by the day they were declined or passed to a partner, by the reason', 'what to tell sources about whom we serve'),
  ('referral_win_rate', 'referrals won of those closed', 'share', 'facts', '{referral_won}', '{referral_lost,referral_declined,referral_redirected}', '{seat}',
   'referrals won over all that were won, lost, declined or redirected in the period', 'are referrals followed up well'),
  ('first_response', 'first response to a referral', 'referrals', 'facts', '{referral_first_response}', '{}', '{seat}',
   'the first thing a source hears of its referral, by its day; days from coming in to that', 'who lets sources wait'),
  ('time_to_feedback', 'time to feedback', 'referrals', 'facts', '{referral_told}', '{}', '{seat}',
   'outcomes that the source was told, by that day; days from the outcome to that; a source with a seat sees it at once', 'whether the loop closes'),
  ('time_to_thanks', 'time to thanks', 'referrals', 'facts', '{referral_thanked}', '{}', '{seat,label}',
   'thanks said to sources, for the receipt or the outcome; days from that', 'whom we forget to thank'),
  ('appointments_kept', 'appointments kept', 'share', 'facts', '{appointment_kept}', '{appointment_no_show}', '{seat}',
   'appointments with referred people that were kept over those and the ones they did not come to', 'whether to confirm the day before'),
  ('clocks_breached', 'clocks breached', 'breaches', 'facts', '{clock_breached}', '{}', '{seat,label}',
   'clocks of referrals that ran out, by which', 'which promise to sources we do not keep'),
  ('credits_given', 'credits given', 'credits', 'facts', '{credit_given}', '{}', '{}',
   'claims that hold the credit for a lead, by the day of the decision; one that passes to another is taken back', 'who brings us people'),
  ('referral_share', 'referral share of new business', 'share', 'facts', '{deal_won/referral}', '{deal_won}', '{seat}',
   'won deals whose origin is a referral over all won deals; of unknown origin are counted below the line', 'does the work on referrals pay');
reset role;
