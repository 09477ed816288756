// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {PayerRow} from "./Statement.sol";

/// @title Escrow: payers' dollars, out of which service is paid
/// @notice Anyone deposits for a payer; only that payer withdraws, after a thaw longer than a settlement takes; only the
/// settlement takes. What thaws can still be taken until it is paid out. No owner, no pause, no upgrade.
/// @dev The dollar must be an ordinary ERC-20: no fee on transfer, no rebasing.
contract Escrow {
    using SafeERC20 for IERC20;

    struct Account {
        uint96 balance;
        uint96 thawing;
        uint64 thawsAt;
        uint128 deposited;
        uint128 withdrawn;
    }

    IERC20 public immutable dollar;
    uint64 public immutable thawSeconds;

    /// @notice Who may set the settlement, once.
    address public immutable deployer;

    /// @notice The only account that takes. Zero until set, never changed after.
    address public settlement;

    mapping(address payer => Account) private _accounts;

    event SettlementSet(address indexed settlement);
    event Deposited(address indexed payer, address indexed from, uint256 amount);
    event WithdrawalRequested(address indexed payer, uint256 amount, uint64 thawsAt);
    event Withdrawn(address indexed payer, uint256 amount);
    event Taken(address indexed payer, uint256 amount);
    event PutBack(address indexed payer, uint256 amount);

    error NotDeployer(address caller);
    error NotSettlement(address caller);
    error SettlementAlreadySet(address settlement);
    error ZeroAddress();
    error AboveBalance(address payer, uint256 amount, uint256 balance);
    error NothingRequested(address payer);
    error StillThawing(uint64 thawsAt);
    error RowsNotAscending(uint256 index);

    modifier onlySettlement() {
        if (msg.sender != settlement) revert NotSettlement(msg.sender);
        _;
    }

    /// @param thawSeconds_ longer than an epoch, its settlement and its dispute window together.
    constructor(IERC20 dollar_, uint64 thawSeconds_) {
        if (address(dollar_) == address(0)) revert ZeroAddress();
        dollar = dollar_;
        thawSeconds = thawSeconds_;
        deployer = msg.sender;
    }

    /// @notice Names the settlement, for good.
    /// Effects: `settlement` is set; emits SettlementSet.
    /// Requirements: caller is the deployer; none is set; `settlement_` is not zero.
    function setSettlement(address settlement_) external {
        if (msg.sender != deployer) revert NotDeployer(msg.sender);
        if (settlement != address(0)) revert SettlementAlreadySet(settlement);
        if (settlement_ == address(0)) revert ZeroAddress();
        settlement = settlement_;
        emit SettlementSet(settlement_);
    }

    /// @notice Deposits `amount` µ$ of the caller's for `payer`.
    /// Effects: the payer's balance and lifetime deposits grow by `amount`; emits Deposited.
    /// Requirements: the caller approved `amount`; `payer` is not zero; the balance stays below 2⁹⁶ µ$.
    function deposit(address payer, uint256 amount) external {
        if (payer == address(0)) revert ZeroAddress();
        Account storage account = _accounts[payer];
        account.balance = SafeCast.toUint96(account.balance + amount);
        account.deposited = SafeCast.toUint128(account.deposited + amount);
        emit Deposited(payer, msg.sender, amount);
        dollar.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Asks for `amount` µ$ back. Replaces an earlier request and starts its thaw anew; zero cancels it.
    /// Effects: `committed` falls by `amount` at once; emits WithdrawalRequested.
    /// Requirements: `amount` is within the caller's balance.
    function requestWithdrawal(uint256 amount) external {
        Account storage account = _accounts[msg.sender];
        if (amount > account.balance) revert AboveBalance(msg.sender, amount, account.balance);
        uint64 thawsAt = SafeCast.toUint64(block.timestamp + thawSeconds);
        account.thawing = SafeCast.toUint96(amount);
        account.thawsAt = thawsAt;
        emit WithdrawalRequested(msg.sender, amount, thawsAt);
    }

    /// @notice Pays the caller what was requested, or what settlements left of it.
    /// Effects: balance falls and lifetime withdrawals grow by what is paid; the request is cleared; emits Withdrawn.
    /// Requirements: a request whose thaw is over.
    function withdraw() external returns (uint256 amount) {
        Account storage account = _accounts[msg.sender];
        if (account.thawing == 0) revert NothingRequested(msg.sender);
        if (block.timestamp < account.thawsAt) revert StillThawing(account.thawsAt);
        uint96 paid = account.thawing < account.balance ? account.thawing : account.balance;
        account.balance -= paid;
        account.thawing = 0;
        account.thawsAt = 0;
        account.withdrawn += paid;
        emit Withdrawn(msg.sender, paid);
        dollar.safeTransfer(msg.sender, paid);
        return paid;
    }

    /// @notice Takes each row from its payer and pays the sum to the settlement.
    /// Effects: each payer's balance falls by its row; emits Taken for each.
    /// Requirements: caller is the settlement; rows strictly ascend by payer; each is within its payer's balance, what
    /// thaws included.
    function take(PayerRow[] calldata rows) external onlySettlement returns (uint256 total) {
        address last;
        for (uint256 i = 0; i < rows.length; ++i) {
            address payer = rows[i].payer;
            uint256 amount = rows[i].amount;
            if (payer <= last) revert RowsNotAscending(i);
            last = payer;
            Account storage account = _accounts[payer];
            uint256 balance = account.balance;
            if (amount > balance) revert AboveBalance(payer, amount, balance);
            unchecked {
                // amount ≤ balance < 2⁹⁶, and fewer than 2⁶⁴ rows fit in a block.
                account.balance = uint96(balance - amount);
                total += amount;
            }
            emit Taken(payer, amount);
        }
        if (total != 0) dollar.safeTransfer(msg.sender, total);
    }

    /// @notice Puts back what `take` took, when a statement is voided.
    /// Effects: each payer's balance grows by its row; emits PutBack for each.
    /// Requirements: caller is the settlement and approved the sum of the rows.
    function putBack(PayerRow[] calldata rows) external onlySettlement returns (uint256 total) {
        for (uint256 i = 0; i < rows.length; ++i) {
            Account storage account = _accounts[rows[i].payer];
            account.balance = SafeCast.toUint96(account.balance + rows[i].amount);
            total += rows[i].amount;
            emit PutBack(rows[i].payer, rows[i].amount);
        }
        if (total != 0) dollar.safeTransferFrom(msg.sender, address(this), total);
    }

    /// @notice What is left of the payer's deposits, what thaws included.
    function balanceOf(address payer) external view returns (uint256) {
        return _accounts[payer].balance;
    }

    /// @notice Everything ever deposited for the payer.
    function lifetimeDeposited(address payer) external view returns (uint256) {
        return _accounts[payer].deposited;
    }

    /// @notice Everything the payer ever withdrew.
    function lifetimeWithdrawn(address payer) external view returns (uint256) {
        return _accounts[payer].withdrawn;
    }

    /// @notice The most that the payer's lifetime voucher totals may sum to: deposited − withdrawn − thawing.
    /// @dev Never negative: thawing ≤ balance when asked, and balance + taken = deposited − withdrawn always.
    function committed(address payer) external view returns (uint256) {
        Account storage account = _accounts[payer];
        return uint256(account.deposited) - account.withdrawn - account.thawing;
    }

    /// @notice The request under way, and when it may be paid out (unix seconds).
    function pendingWithdrawal(address payer) external view returns (uint256 amount, uint64 thawsAt) {
        return (_accounts[payer].thawing, _accounts[payer].thawsAt);
    }
}
