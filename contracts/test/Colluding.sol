// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ParamsLib} from "../src/Params.sol";
import {PayerRow} from "../src/Statement.sol";
import {ProofStep, SumTree} from "../src/SumTree.sol";
import {Draft, Network} from "./Network.sol";
import {Payout, PayoutTree} from "./PayoutTree.sol";
import {assertEq, assertTrue, bound, vm} from "./Vm.sol";

/// @notice A network whose whole quorum colludes: it signs anything the bounds allow, and tries what they do not. Each
/// function is one move; the fuzzer chooses the moves and their numbers.
contract Colluding is Network {
    uint256 private constant ACCOUNTS = 4;

    address[3] public payers = [address(0x9001), address(0x9002), address(0x9003)];

    /// @dev What the books must agree with, kept apart from them.
    uint256 public settledIn;
    uint256 public settledPay;
    uint256 public mustBurn;
    uint256 public lastReserve;
    uint256 public overreaches;
    uint256 public statements;

    Payout[] private _tree;
    Payout[] private _previousTree;

    constructor() {
        deploy();
        fundStipend(10_000e18);
        lastReserve = settlement.reserve();
    }

    // ------------------------------------------------------------------------------------------------ moves

    function depositFor(uint256 who, uint256 amount) external {
        fund(payers[who % 3], bound(amount, 1, 1_000_000 * DOLLAR));
    }

    function withdrawFrom(uint256 who, uint256 amount, bool wait) external {
        address payer = payers[who % 3];
        amount = bound(amount, 0, escrow.balanceOf(payer));
        vm.prank(payer);
        escrow.requestWithdrawal(amount);
        if (!wait) return;
        vm.warp(block.timestamp + THAW);
        (uint256 thawing,) = escrow.pendingWithdrawal(payer);
        if (thawing == 0) return;
        vm.prank(payer);
        escrow.withdraw();
    }

    /// @dev Pays anything to anybody within the bounds, in trees that may forget who was paid before.
    function settle(uint256[8] calldata numbers, uint256 ending) external {
        passWindow();
        _finalizePending();
        passEpoch();
        Draft memory d = _withinBounds(numbers);
        Payout[] memory rows = _spread(d.s.payoutsSum, numbers[7]);
        (bytes32 root, uint256 sum) = PayoutTree.root(rows);
        assertEq(sum, d.s.payoutsSum, "the tree pays the sum");
        d.s.payoutsRoot = root;
        post(d);
        if (ending % 5 == 0) {
            settlement.void(d.s, d.rows);
            return;
        }
        _remember(d, rows);
        if (ending % 5 == 1) return; // pends on
        passWindow();
        _finalizePending();
    }

    /// @dev One number above a bound: refused, whoever signs.
    function overreach(uint256[8] calldata numbers, uint256 which) external {
        passWindow();
        _finalizePending();
        passEpoch();
        Draft memory d = _withinBounds(numbers);
        _break(d, which % 7);
        bytes[] memory signatures = signedBy(d.s, firstKeys(3));
        try settlement.postStatement(d.s, d.rows, d.allotted, d.heads, signatures) {
            revert("a bound did not hold");
        } catch {
            ++overreaches;
        }
    }

    function claimFrom(uint256 who, bool previous) external {
        _finalizePending();
        Payout[] memory rows = previous ? _previousTree : _tree;
        if (rows.length == 0) return;
        uint256 i = who % rows.length;
        ProofStep[] memory proof = PayoutTree.proof(rows, i);
        // Refusals are fine: nothing due, or trees that forget claim more than was settled.
        try settlement.claim(rows[i].account, rows[i].dollars, rows[i].way, i, proof) {} catch {}
    }

    function buyFromAuction(uint256 dollars) external {
        uint256 available = auction.available();
        if (available == 0) return;
        dollars = bound(dollars, 1, available);
        uint256 cost = auction.costUp(dollars);
        if (cost > way.balanceOf(TREASURY)) return;
        vm.startPrank(TREASURY);
        way.approve(address(auction), cost);
        auction.buy(dollars, cost);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------------------------------------ statements

    function _withinBounds(uint256[8] calldata n) private view returns (Draft memory d) {
        d.rows = new PayerRow[](3);
        for (uint256 i = 0; i < 3; ++i) {
            d.rows[i] = PayerRow(payers[i], bound(n[i], 0, escrow.balanceOf(payers[i])));
            d.s.dollarsIn += d.rows[i].amount;
        }
        d.heads = new bytes32[](0);
        uint256 most = d.s.dollarsIn - ParamsLib.shareUp(d.s.dollarsIn, 500);
        d.s.verificationDollars = bound(n[3], 0, ParamsLib.shareDown(d.s.dollarsIn, 200));
        d.s.devicesDollars = bound(n[4], 0, most - d.s.verificationDollars);
        uint256 capacity = ParamsLib.capacityDown(settlement.reserve(), LAMBDA);
        d.allotted[0] = bound(n[5], 0, capacity * 500 / 10_000);
        d.allotted[1] = bound(n[5] >> 8, 0, capacity * 4500 / 10_000);
        d.allotted[3] = bound(n[5] >> 16, 0, capacity * 500 / 10_000);
        uint256 unvested = way.RESERVE() - settlement.reserve() - settlement.vestedTotal();
        d.s.wayVested = bound(n[6], 0, unvested + d.allotted[0] + d.allotted[1] + d.allotted[3]);
        uint256 pot = settlement.stipendPot();
        d.s.stipendWay = bound(n[6] >> 8, 0, pot < STIPEND ? pot : STIPEND);
        complete(d);
    }

    function _break(Draft memory d, uint256 which) private view {
        uint256 capacity = ParamsLib.capacityDown(settlement.reserve(), LAMBDA);
        if (which == 0) {
            // One µ$ more than in − ⌈μ·in⌉.
            d.s.verificationDollars = 0;
            d.s.devicesDollars = d.s.dollarsIn - ParamsLib.shareUp(d.s.dollarsIn, 500) + 1;
            if (d.s.devicesDollars > d.s.dollarsIn) d.s.dollarsIn = d.s.devicesDollars;
        } else if (which == 1) {
            d.rows[1].amount = escrow.balanceOf(payers[1]) + 1;
            d.s.dollarsIn = d.rows[0].amount + d.rows[1].amount + d.rows[2].amount;
        } else if (which == 2) {
            d.allotted[1] = capacity * 4500 / 10_000 + 1;
        } else if (which == 3) {
            d.s.wayVested = way.RESERVE() - settlement.reserve() - settlement.vestedTotal() + d.s.wayAllotted + 1;
        } else if (which == 4) {
            d.s.stipendWay = STIPEND + 1;
        } else if (which == 5) {
            d.allotted[2] = 1;
        }
        complete(d);
        if (which == 6) d.s.payoutsSum += 1;
    }

    /// @dev Shares the cumulative sum out by `seed` alone: what an account had before does not matter.
    function _spread(uint256 sum, uint256 seed) private pure returns (Payout[] memory rows) {
        rows = new Payout[](ACCOUNTS);
        uint256 dollars = sum >> 128;
        uint256 wayLeft = sum & SumTree.LOW;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            bool last = i + 1 == ACCOUNTS;
            uint256 a = last ? dollars : bound(r, 0, dollars);
            uint256 b = last ? wayLeft : bound(r >> 128, 0, wayLeft);
            rows[i] = Payout(address(uint160(0xacc0 + i)), uint128(a), uint128(b));
            dollars -= a;
            wayLeft -= b;
        }
    }

    function _remember(Draft memory d, Payout[] memory rows) private {
        ++statements;
        settledIn += d.s.dollarsIn;
        settledPay += d.s.devicesDollars + d.s.verificationDollars;
        mustBurn += ParamsLib.shareUp(d.s.dollarsIn, 500);
        assertTrue(settlement.reserve() <= lastReserve, "the reserve never grows");
        lastReserve = settlement.reserve();
        delete _previousTree;
        for (uint256 i = 0; i < _tree.length; ++i) {
            _previousTree.push(_tree[i]);
        }
        delete _tree;
        for (uint256 i = 0; i < rows.length; ++i) {
            _tree.push(rows[i]);
        }
    }

    function _finalizePending() private {
        if (settlement.clock().accepted == settlement.clock().finalized) return;
        if (block.timestamp < settlement.clock().finalAt) return;
        settlement.finalize();
    }

    // ------------------------------------------------------------------------------------------------ the books

    function check() external view {
        uint256 allotted = way.RESERVE() - settlement.reserve();
        assertTrue(way.mintedFromReserve() <= allotted, "minted <= R0 - R");
        assertTrue(settlement.vestedTotal() <= allotted, "vested <= allotted");
        assertTrue(settledPay + mustBurn <= settledIn, "a coalition that pays itself loses mu");
        _checkDollars();
        _checkWay();
    }

    function _checkDollars() private view {
        (uint256 claimed,) = settlement.claimedTotal();
        assertTrue(claimed <= settledPay, "claimed <= settled");
        uint256 received;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            received += dollar.balanceOf(address(uint160(0xacc0 + i)));
        }
        assertEq(received, claimed, "accounts have what was claimed");
        uint256 balances;
        uint256 taken;
        for (uint256 i = 0; i < 3; ++i) {
            balances += escrow.balanceOf(payers[i]);
            taken += escrow.lifetimeDeposited(payers[i]) - escrow.lifetimeWithdrawn(payers[i]);
        }
        taken -= balances;
        assertEq(dollar.balanceOf(address(escrow)), balances, "escrow holds its balances");
        assertEq(taken, settledIn, "escrow gave what was settled");
        uint256 inAuction = dollar.balanceOf(address(auction)) + dollar.balanceOf(TREASURY);
        assertEq(dollar.balanceOf(address(settlement)) + inAuction + claimed, settledIn, "every dollar is somewhere");
        assertTrue(inAuction + dollar.balanceOf(address(settlement)) >= mustBurn, "the burn's share is still there");
    }

    function _checkWay() private view {
        (, uint256 claimed) = settlement.claimedTotal();
        (, bool isFinal) = settlement.latest();
        uint256 minted = way.mintedFromReserve();
        uint256 stipends = 10_000e18 - settlement.stipendPot();
        assertTrue(claimed <= minted + stipends, "WAY claimed <= minted + stipends");
        assertEq(
            way.balanceOf(address(settlement)), 10_000e18 + minted - claimed, "WAY held = pot + stipends owed + minted"
        );
        if (isFinal && settlement.clock().accepted == settlement.clock().finalized) {
            assertEq(minted, settlement.vestedTotal(), "what vested is minted once it is final");
        }
        assertTrue(way.totalSupply() <= way.CAP(), "cap");
    }
}
