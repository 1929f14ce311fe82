"""Staff, what they may do, who is on duty and who receives referrals."""
